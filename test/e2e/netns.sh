#!/bin/bash
# Runs a command in a network namespace of its own, with a sound device that plays into nothing. Loopback and one
# address outside it, because Firefox gathers no loopback candidates; a sound device, because without one Firefox lets
# no AudioContext run. Server and browsers run together inside; nothing leaves the machine.
set -eu
if [ "${KONKLAVE_NETNS:-}" != inside ]; then
	flags=-n
	[ "$(id -u)" = 0 ] || flags=-rn
	KONKLAVE_NETNS=inside exec unshare "$flags" bash "$0" "$@"
fi
ip link set lo up
# Behind rules of tests that let packets get lost: the kernel's own rule for local addresses is before all others.
ip rule add pref 100 lookup local
ip rule del pref 0 lookup local
ip link add inner type veth peer name outer
ip addr add 10.77.0.1/24 dev inner
ip link set inner up
ip link set outer up
ip route add default via 10.77.0.2 dev inner

XDG_RUNTIME_DIR=$(mktemp -d)
PULSE_RUNTIME_PATH=$XDG_RUNTIME_DIR/pulse
export XDG_RUNTIME_DIR PULSE_RUNTIME_PATH
pulseaudio -n --daemonize=no --exit-idle-time=-1 --use-pid-file=no --log-level=error \
	-L "module-null-sink sink_name=nowhere" -L module-native-protocol-unix &
sound=$!
trap 'kill $sound 2>/dev/null; rm -rf "$XDG_RUNTIME_DIR"' EXIT
for _ in $(seq 100); do
	[ -S "$PULSE_RUNTIME_PATH/native" ] && break
	sleep 0.05
done
"$@"
