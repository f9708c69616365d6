#!/bin/sh
# Makes a school's own authority and a certificate of it for the Konklave server in the school's network.
#
#   sh certificates.sh NAME ADDRESS      such as: sh certificates.sh konklave.schule.internal 192.168.10.2
#
# Leaves in this folder: ca.pem for the tablets, ca-key.pem to be locked away, server.pem and server-key.pem for the server.
# Run again, for instance when the certificate runs out, it keeps the authority and makes a new certificate.
set -eu
umask 077
[ $# = 2 ] || { echo "usage: sh certificates.sh NAME ADDRESS" >&2; exit 1; }
name=$1 address=$2
command -v openssl >/dev/null || { echo "openssl is missing: apt install openssl" >&2; exit 1; }

# The authority is good for this server's name and address only: who stole its key could not pretend to be another site.
if [ ! -e ca-key.pem ]; then
	cat > ca.conf <<-END
		[req]
		distinguished_name = name
		prompt = no
		[name]
		CN = Konklave $name
		[ca]
		basicConstraints = critical, CA:TRUE, pathlen:0
		keyUsage = critical, keyCertSign
		subjectKeyIdentifier = hash
		nameConstraints = critical, permitted;DNS:$name, permitted;IP:$address/255.255.255.255
	END
	openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 3650 \
		-config ca.conf -extensions ca -keyout ca-key.pem -out ca.pem 2>/dev/null
	rm ca.conf
	echo "made an authority: ca.pem is for the tablets; lock ca-key.pem away"
fi

# 397 days: Apple's and others' systems refuse certificates of servers that are good for much longer. What is in use is
# replaced only by what works.
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
cat > "$new/server.conf" <<-END
	[req]
	distinguished_name = name
	prompt = no
	[name]
	CN = $name
	[server]
	basicConstraints = critical, CA:FALSE
	keyUsage = critical, digitalSignature
	extendedKeyUsage = serverAuth
	subjectKeyIdentifier = hash
	authorityKeyIdentifier = keyid
	subjectAltName = DNS:$name, IP:$address
END
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 \
	-config "$new/server.conf" -keyout "$new/server-key.pem" -out "$new/server.csr" 2>/dev/null
if ! openssl x509 -req -sha256 -days 397 -in "$new/server.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -CAserial "$new/serial" \
	-extfile "$new/server.conf" -extensions server -out "$new/server.pem" 2>/dev/null ||
	! openssl verify -CAfile ca.pem "$new/server.pem" >/dev/null 2>&1; then
	echo "the authority in this folder was made for another name or address: move ca.pem and ca-key.pem away, and run this again" >&2
	exit 1
fi
cat ca.pem >> "$new/server.pem" # some devices want the whole chain
mv "$new/server-key.pem" "$new/server.pem" .
chmod 644 ca.pem server.pem
echo "made a certificate for $name and $address, good until $(openssl x509 -in server.pem -noout -enddate | cut -d= -f2)"
