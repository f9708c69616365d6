// What is said of one's own connection in a meeting: what is wrong, what is done about it, and what helps. German.

export const connectionDe = {
  'line.noVideo': 'Ihre Verbindung ist zu langsam für Video. Ton hat Vorrang, die Bilder sind pausiert.',
  'line.someVideo': 'Ihre Verbindung ist zu langsam für alle Bilder. Ton hat Vorrang, einige sind pausiert.',
  'line.loss': 'Unterwegs gehen Daten verloren, vielleicht im WLAN. Fehlendes wird nachgefordert; Bild und Ton können stocken.',
  'line.up': 'Ihre Verbindung sendet zu langsam. Ton hat Vorrang, die anderen sehen Ihr Bild weniger scharf.',
  'line.cpu': 'Dieses Gerät ist ausgelastet. Damit der Ton nicht stockt, sehen die anderen Ihr Bild weniger scharf.',
  'line.far': 'Der Weg zum Server dauert gerade lange. Was Sie sagen, kommt später an.',
  'line.weak': 'Ihre Verbindung ist gerade schlecht. Ton hat Vorrang; Bilder können stocken.',
  'line.help': 'Was hilft?',
  'line.mark': 'Verbindung',
  'line.markName': 'Ihre Verbindung ist gestört: Was hilft?',

  'stage.weak': 'schlechte Verbindung',
  'stage.paused': 'Bild pausiert',
  'stage.pausedWhy': 'Ihre Verbindung ist zu langsam',
  'news.back': 'Die Verbindung ist wieder da',

  'help.title': 'Hilfe mit der Verbindung',
  'help.fine': 'Gerade ist Ihre Verbindung in Ordnung.',
  'help.tips': 'Was hilft',
  'help.wifi': 'Gehen Sie näher an das WLAN, oder nehmen Sie ein Kabel.',
  'help.others': 'Beenden Sie, was nebenbei lädt: Downloads, Filme, den Abgleich mit einer Cloud.',
  'help.programs': 'Schließen Sie andere Programme und Fenster, und schließen Sie das Gerät an den Strom an.',
  'help.camera': 'Schalten Sie Ihre Kamera aus. Man hört Sie dann besser.',
  'help.net': 'Schalten Sie ein VPN ab, oder versuchen Sie ein anderes Netz, zum Beispiel Mobilfunk.',
  'help.check': 'Verbindung prüfen (neues Fenster)',
} as const;
