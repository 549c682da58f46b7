# shellcheck shell=bash
# Shared by the scripts beside it; sourced, never run. The caller sets TREE to the source tree.
# Functions answer in variables rather than on standard output: a fork costs more than the work.

JAR="$TREE/target/voluted.jar"
LEAST_JAVA=17

# What a package installs has the jar beside the scripts' directory, and no sources to build.
INSTALLED=no
if [ -f "$TREE/voluted.jar" ]; then
  JAR="$TREE/voluted.jar"
  INSTALLED=yes
fi

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# What stands at the head of script $1, for --help.
show_head() {
  local line
  while IFS= read -r line; do
    case $line in
      '#!'*) ;;
      '#'*)
        line=${line#'#'}
        printf '%s\n' "${line# }"
        ;;
      *) return ;;
    esac
  done <"$1"
}

# The daemon and the client have a help of their own.
case ${0##*/}:${1:-} in
  voluted:* | volute:*) ;;
  *:-h | *:--help)
    show_head "$0"
    exit 0
    ;;
esac

# ---- Java -------------------------------------------------------------------------------------

# Sets JAVA_MAJOR for the JDK in directory $1; fails when there is none.
java_major() {
  local home=$1 line version=''
  [ -x "$home/bin/java" ] || return 1
  if [ -r "$home/release" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      case $line in JAVA_VERSION=*) version=${line#JAVA_VERSION=} ;; esac
    done <"$home/release"
    version=${version//\"/}
  fi
  if [ -z "$version" ]; then
    # Slow, and only where a package leaves the release file out.
    version=$("$home/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
  fi
  JAVA_MAJOR=${version%%[!0-9]*}
  [ -n "$JAVA_MAJOR" ]
}

# Whether directory $1 holds a Java that is new enough, and (with $2 = jdk) a compiler.
usable_java() {
  java_major "$1" && [ "$JAVA_MAJOR" -ge "$LEAST_JAVA" ] || return 1
  [ "${2:-}" != jdk ] || [ -x "$1/bin/javac" ]
}

# Sets JAVA, JAVA_DIR and JAVA_MAJOR to the Java to use: JAVA_HOME, the one on the PATH, then the
# usual places. With $1 = jdk it must bring a compiler.
java_binary() {
  local need=${1:-} home
  if [ -n "${JAVA_HOME:-}" ] && usable_java "$JAVA_HOME" "$need"; then
    use_java "$JAVA_HOME"
    return 0
  fi
  if home=$(command -v java) && [ -n "$home" ]; then
    home=$(readlink -f "$home" 2>/dev/null || printf '%s' "$home")
    home=${home%/bin/java}
    if usable_java "$home" "$need"; then
      use_java "$home"
      return 0
    fi
  fi
  for home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    /opt/homebrew/opt/openjdk* /usr/local/opt/openjdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/root}"/.sdkman/candidates/java/current; do
    if usable_java "$home" "$need"; then
      use_java "$home"
      return 0
    fi
  done
  return 1
}

use_java() {
  JAVA_DIR=$1
  JAVA=$1/bin/java
}

# ---- installing what is missing ---------------------------------------------------------------

# Sets SUDO to what makes a command run as root; fails where we may not.
may_install() {
  if [ "$(id -u)" = 0 ]; then
    SUDO=''
  elif have sudo && sudo -n true 2>/dev/null; then
    SUDO='sudo -n'
  elif have brew; then
    SUDO=''
  else
    return 1
  fi
}

# Sets PACKAGER to the first package manager that is here.
find_packager() {
  for PACKAGER in apt-get dnf yum apk pacman zypper brew; do
    ! have "$PACKAGER" || return 0
  done
  PACKAGER=''
  return 1
}

# Installs packages, all in one call of the package manager; its output goes to standard error.
install_packages() {
  say "installing $* with $PACKAGER"
  # shellcheck disable=SC2086 # SUDO is one word, two, or none.
  case $PACKAGER in
    apt-get)
      $SUDO env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "$@" ;;
    dnf | yum) $SUDO "$PACKAGER" install -y "$@" ;;
    apk) $SUDO apk add --no-cache "$@" ;;
    pacman) $SUDO pacman -S --noconfirm --needed "$@" ;;
    zypper) $SUDO zypper --non-interactive install "$@" ;;
    brew) brew install "$@" ;;
  esac >&2
}

refresh_packages() {
  # shellcheck disable=SC2086
  case $PACKAGER in
    apt-get) $SUDO apt-get update -q >&2 ;;
    pacman) $SUDO pacman -Sy --noconfirm >&2 ;;
    *) ;;
  esac
}

# Names of JDK packages that may exist here, the best first.
jdk_packages() {
  case $PACKAGER in
    apt-get)
      JDKS='openjdk-17-jdk-headless openjdk-21-jdk-headless openjdk-25-jdk-headless' ;;
    dnf | yum) JDKS='java-17-openjdk-devel java-21-openjdk-devel java-25-openjdk-devel' ;;
    apk) JDKS='openjdk17-jdk openjdk21-jdk openjdk25-jdk' ;;
    pacman) JDKS='jdk17-openjdk jdk21-openjdk jdk-openjdk' ;;
    zypper) JDKS='java-17-openjdk-devel java-21-openjdk-devel java-25-openjdk-devel' ;;
    brew) JDKS='openjdk@17 openjdk@21 openjdk' ;;
  esac
}

cannot_install() {
  die "needs $1: install it with your package manager${2:+ ($2)}, or set JAVA_HOME and PATH"
}

# Makes sure of a JDK with a compiler, for building.
require_jdk() {
  local jdk
  ! java_binary jdk || return 0
  if find_packager && may_install; then
    refresh_packages || true
    jdk_packages
    for jdk in $JDKS; do
      if install_packages "$jdk" && java_binary jdk; then return 0; fi
    done
  fi
  cannot_install "a JDK $LEAST_JAVA or newer" "Debian: apt-get install openjdk-17-jdk-headless"
}

# Makes sure of a Java to run what is built.
require_java() {
  ! java_binary || return 0
  if [ "$INSTALLED" = yes ]; then
    cannot_install "a Java runtime $LEAST_JAVA or newer" \
      'Debian: apt-get install openjdk-17-jre-headless'
  fi
  require_jdk
}

require_maven() {
  ! have mvn || return 0
  if find_packager && may_install; then
    refresh_packages || true
    if install_packages maven && have mvn; then return 0; fi
  fi
  cannot_install 'Maven 3.6.3 or newer' 'Debian: apt-get install maven'
}

# ---- building ---------------------------------------------------------------------------------

INPUTS=("$TREE/pom.xml" "$TREE/LICENSE" "$TREE/.mvn" "$TREE/src/main")
PRINT="$TREE/target/voluted.inputs"

# Whether the jar must be built: it is missing, or something that goes into it changed since.
stale() {
  [ -f "$JAR" ] || return 0
  [ -n "$(find "${INPUTS[@]}" -newer "$JAR" -print -quit 2>/dev/null)" ] || return 1
  # Times lie after a copy or a checkout; contents don't. The jar takes the time from before the
  # look, so that an edit made during it is seen the next time.
  local seen="$TREE/target/voluted.seen"
  { : >"$seen"; } 2>/dev/null || seen=$JAR
  fingerprint
  if [ -r "$PRINT" ] && [ "$(<"$PRINT")" = "$FINGERPRINT jar $(cksum <"$JAR")" ]; then
    touch -c -r "$seen" "$JAR" 2>/dev/null || true
    return 1
  fi
}

fingerprint() {
  FINGERPRINT=$(cd "$TREE" && find pom.xml LICENSE .mvn src/main -type f -exec cksum {} + |
    LC_ALL=C sort | cksum)
}

# Builds the jar unless it is there and newer than all that goes into it. Only one of several
# daemons started at once builds; the others wait for it.
build_if_needed() {
  [ "$INSTALLED" = no ] || return 0
  stale || return 0
  if [ -f "$JAR" ]; then
    [ "${VOLUTE_BUILD:-}" != never ] || return 0
    if ! have mvn; then
      say 'the sources are newer than the jar, but there is no Maven: running the jar as it is'
      return 0
    fi
  fi
  require_jdk
  require_maven
  mkdir -p "$TREE/target"
  lock_build
  ! stale || build
  unlock_build
}

# One build at a time in a tree. Without flock, a directory is the lock; one whose owner is gone is
# taken over.
lock_build() {
  local owner lock="$TREE/target/voluted.lock"
  if have flock; then
    exec 9>"$lock"
    flock 9
    return 0
  fi
  until mkdir "$lock.d" 2>/dev/null; do
    owner=$(cat "$lock.d/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$lock.d"; else sleep 0.2; fi
  done
  printf '%s' "$$" >"$lock.d/pid"
  trap unlock_build EXIT
}

unlock_build() {
  trap - EXIT
  exec 9>&-
  [ ! -d "$TREE/target/voluted.lock.d" ] || rm -rf "$TREE/target/voluted.lock.d"
}

build() {
  local log="$TREE/target/voluted.build.log" started="$TREE/target/voluted.started" status=0
  fingerprint
  : >"$started"
  say 'building, once'
  # Beside the checked build's classes (pom.xml, work.directory), and without the checks.
  JAVA_HOME=$JAVA_DIR mvn -q -B -ntp -f "$TREE/pom.xml" '-P!checks' -Dwork.directory=target/run \
    -Dmaven.test.skip=true package >"$log" 2>&1 9>&- &
  BUILD=$!
  trap 'kill "$BUILD" 2>/dev/null; exit 143' TERM
  trap 'kill "$BUILD" 2>/dev/null; exit 130' INT
  wait "$BUILD" || status=$?
  trap - TERM INT
  if [ "$status" != 0 ]; then
    tail -n 40 "$log" >&2
    die "the build failed; all of its output is in $log"
  fi
  # An edit made during the build must count as newer than the jar.
  touch -r "$started" "$JAR"
  # With the jar's own sum: another build (mvn verify) may put another jar there.
  printf '%s\n' "$FINGERPRINT jar $(cksum <"$JAR")" >"$PRINT"
}

# ---- starting ---------------------------------------------------------------------------------

# Sets FLAGS to the JVM flags for role $1 (daemon or client); see jvm.flags.
jvm_flags() {
  local role=$1 line applies=no
  FLAGS=()
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      '' | '#'*) ;;
      '[all]' | "[$role]") applies=yes ;;
      '['[0-9]*'+]')
        line=${line#[}
        if [ "$JAVA_MAJOR" -ge "${line%+]}" ]; then applies=yes; else applies=no; fi
        ;;
      '['*) applies=no ;;
      *) [ "$applies" = no ] || FLAGS+=("$line") ;;
    esac
  done <"$TREE/scripts/jvm.flags"
}

# Becomes the program: role $1, then its arguments.
exec_role() {
  local role=$1 opts=()
  shift
  build_if_needed
  require_java
  jvm_flags "$role"
  if [ "$role" = daemon ] && [ -n "${VOLUTE_JAVA_OPTS:-}" ]; then
    set -f
    # shellcheck disable=SC2206 # Words are meant to be split.
    opts=($VOLUTE_JAVA_OPTS)
    set +f
  fi
  # The odd form of an array that may be empty is for bash before 4.4 (macOS).
  exec "$JAVA" "${FLAGS[@]}" ${opts[@]+"${opts[@]}"} -jar "$JAR" "$role" "$@"
}
