package account

import "strings"

// What is kept of the header User-Agent: a browser and a system, from these lists. Versions and models are not. The first
// word that is found counts, so words that others have in them too come later.
var (
	browsers = [][2]string{
		{"konklave", "Konklave"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrom", "Chrome"}, {"Safari", "Safari"},
	}
	systems = [][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
		{"Mac OS", "macOS"}, {"Linux", "Linux"},
	}
)

// deviceOf names the kind of device of a login, so that its owner knows it again.
func deviceOf(agent string) string {
	browser, system := firstIn(browsers, agent), firstIn(systems, agent)
	switch {
	case browser == "" && system == "":
		return "other"
	case system == "":
		return browser
	case browser == "":
		return system
	}
	return browser + ", " + system
}

func firstIn(list [][2]string, agent string) string {
	for _, entry := range list {
		if strings.Contains(agent, entry[0]) {
			return entry[1]
		}
	}
	return ""
}
