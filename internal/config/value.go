package config

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"konklave/internal/pii"
)

// set reads the texts of one source into the setting's field and replaces what was there. Lists take any number of
// texts, everything else exactly one. Its errors never repeat a secret.
func (s setting) set(c *Config, texts []string) error {
	field := s.in(c)
	for _, text := range texts {
		if !utf8.ValidString(text) { // YAML could not give it back
			return errors.New("is no text in UTF-8")
		}
	}
	if s.isList() {
		return setList(field, texts)
	}
	if len(texts) != 1 {
		return fmt.Errorf("takes one value, not %d", len(texts))
	}
	text := texts[0]
	if len(s.allowed) > 0 && !slices.Contains(s.allowed, text) {
		return fmt.Errorf("%s is not one of %s", quote(text), strings.Join(s.allowed, ", "))
	}
	switch p := field.Addr().Interface().(type) {
	case *bool:
		switch text {
		case "true":
			*p = true
		case "false":
			*p = false
		default:
			return fmt.Errorf("%s is neither true nor false", quote(text))
		}
	case *string:
		if text == "" && s.unset == "" {
			return errors.New("must not be empty")
		}
		*p = text
	case *pii.Token:
		*p = pii.Token(text)
	case *uint16:
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return fmt.Errorf("%s is no port: 0 to 65535", quote(text))
		}
		*p = uint16(n)
	case *int:
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 0 {
			return fmt.Errorf("%s is no whole number from 0 on", quote(text))
		}
		*p = int(n)
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return fmt.Errorf("%s is no duration, such as 90s, 10m or 1h30m", quote(text))
		}
		*p = d
	case *netip.AddrPort:
		if text == "" {
			*p = netip.AddrPort{}
			return nil
		}
		a, err := netip.ParseAddrPort(text)
		if err != nil {
			return fmt.Errorf("%s is no address with port, such as 127.0.0.1:7889", quote(text))
		}
		*p = a
	default:
		panic("config: no reader for " + s.typ.String())
	}
	return nil
}

func setList(field reflect.Value, texts []string) error {
	switch p := field.Addr().Interface().(type) {
	case *[]netip.Addr:
		var list []netip.Addr
		for _, text := range texts {
			a, err := netip.ParseAddr(text)
			if err != nil {
				return fmt.Errorf("%s is no IP address", quote(text))
			}
			if a.Zone() != "" || a.IsMulticast() {
				return fmt.Errorf("%s cannot be used: no zones, no multicast", quote(text))
			}
			a = a.Unmap()
			if slices.Contains(list, a) {
				return fmt.Errorf("%s stands there twice", quote(text))
			}
			list = append(list, a)
		}
		*p = list
	case *[]netip.Prefix:
		var list []netip.Prefix
		for _, text := range texts {
			network, err := readNetwork(text)
			if err != nil {
				return err
			}
			list = append(list, network)
		}
		*p = list
	case *[]string:
		*p = slices.Clone(texts)
	case *Keys:
		keys := Keys{}
		for _, text := range texts {
			// Only the first colon divides: secrets may have colons, keys may not.
			key, secret, ok := strings.Cut(text, ":")
			key, secret = strings.TrimSpace(key), strings.TrimSpace(secret)
			if !ok || key == "" || secret == "" || strings.ContainsAny(key, " \t\r\n\"'") {
				return errors.New(`needs the form "key: secret", several separated by commas`)
			}
			if _, twice := keys[key]; twice {
				return fmt.Errorf("key %s stands there twice", quote(key))
			}
			keys[key] = pii.Token(secret)
		}
		*p = keys
	default:
		panic("config: no reader for " + field.Type().String())
	}
	return nil
}

// readNetwork reads a network, such as 10.0.0.0/8, or a single address.
func readNetwork(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return network, fmt.Errorf("%s is no network such as 10.0.0.0/8, and no IP address", quote(text))
	}
	if network != network.Masked() {
		return network, fmt.Errorf("%s has bits beyond its length: the network is %s", quote(text), network.Masked())
	}
	return network, nil
}

// texts is the value of the setting in the form that set takes.
func (s setting) texts(c *Config) []string {
	switch v := s.in(c).Interface().(type) {
	case []netip.Addr:
		var list []string
		for _, a := range v {
			list = append(list, a.String())
		}
		return list
	case []netip.Prefix:
		var list []string
		for _, n := range v {
			list = append(list, n.String())
		}
		return list
	case []string:
		return v
	case Keys:
		var list []string
		for key, secret := range v {
			list = append(list, key+": "+secret.Reveal())
		}
		slices.Sort(list)
		return list
	case pii.Token:
		return []string{v.Reveal()}
	case netip.AddrPort:
		if !v.IsValid() {
			return []string{""}
		}
		return []string{v.String()}
	default:
		return []string{fmt.Sprint(v)}
	}
}

// split divides the text of an environment variable or of a default into the texts that set takes.
func (s setting) split(text string) []string {
	if !s.isList() {
		return []string{text}
	}
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// quote shows a value in a fault, shortened so that one line stays one line.
func quote(text string) string {
	const most = 60
	if len(text) > most {
		text = text[:most] + "..."
	}
	return strconv.Quote(text)
}
