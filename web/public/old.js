// For browsers that know no modules: they never run the client, so this says why. Old syntax on purpose.
document.getElementById('root').innerHTML =
  '<h1>Konklave</h1>' +
  '<p data-testid="error-page" data-code="browser_old">Ihr Browser ist zu alt für Videokonferenzen. Bitte aktualisieren Sie ihn oder öffnen Sie den Link in einem anderen. (K-41)</p>' +
  '<p lang="en">Your browser is too old for video meetings. Please update it or open the link in another one. (K-41)</p>';
