#!/usr/bin/env bash
# A microphone without hardware: a PulseAudio null sink whose monitor is the default source and
# the default output. What is played (paplay FILE) is what the microphone hears.
#   tests/virtual_microphone.sh start | stop
# Debian: apt-get install pulseaudio pulseaudio-utils libasound2-plugins libportaudio2
set -euo pipefail
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/tmp/mockinterview-sound-$UID}
case ${1:-start} in
start)
  mkdir -p -m 700 "$XDG_RUNTIME_DIR"
  pulseaudio --check 2>/dev/null || pulseaudio --start --exit-idle-time=-1 --disallow-exit -n \
    -L "module-native-protocol-unix" -L "module-null-sink sink_name=virtual rate=48000 channels=2"
  pactl set-default-sink virtual
  pactl set-default-source virtual.monitor
  echo "XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR"
  ;;
stop)
  pulseaudio --kill
  ;;
*)
  echo "usage: $0 start | stop" >&2
  exit 2
  ;;
esac
