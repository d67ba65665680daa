# Finds a JDK that Catraca can be built with and run on. To be sourced: ./catraca and ./mvnw share it.
# POSIX sh and coreutils only; no JVM is started to ask for its version.

# The oldest JDK that will do.
CATRACA_JDK=25

# Prints the major version of the JDK in folder $1, or nothing when there is none.
jdk_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  while IFS='="' read -r jdk_key jdk_empty jdk_value jdk_rest; do
    if [ "$jdk_key" = JAVA_VERSION ]; then
      jdk_value=${jdk_value%%[!0-9]*}
      printf '%s\n' "$jdk_value"
      return 0
    fi
  done <"$1/release"
}

# Whether folder $1 holds a JDK that will do.
is_jdk() {
  jdk_found=$(jdk_version "$1")
  [ -n "$jdk_found" ] && [ "$jdk_found" -ge "$CATRACA_JDK" ]
}

# Prints the folder of a JDK that will do: JAVA_HOME if it will, else that of the java in PATH, else the oldest that
# will do in the usual folders. Fails when there is none.
find_jdk() {
  if [ -n "${JAVA_HOME-}" ] && is_jdk "$JAVA_HOME"; then
    printf '%s\n' "$JAVA_HOME"
    return 0
  fi
  if jdk_java=$(command -v java) && jdk_java=$(readlink -f "$jdk_java"); then
    jdk_home=${jdk_java%/bin/java}
    if is_jdk "$jdk_home"; then
      printf '%s\n' "$jdk_home"
      return 0
    fi
  fi
  jdk_best=''
  jdk_best_version=''
  for jdk_home in /usr/lib/jvm/* /usr/java/* /usr/local/*jdk* /usr/local/*/*jdk* /opt/* /opt/*/* \
    "${SDKMAN_DIR:-${HOME-}/.sdkman}"/candidates/java/* "${HOME-}"/.jdks/* "${HOME-}"/.asdf/installs/java/* \
    "${HOME-}"/.local/share/mise/installs/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if is_jdk "$jdk_home" && { [ -z "$jdk_best" ] || [ "$jdk_found" -lt "$jdk_best_version" ]; }; then
      jdk_best=$jdk_home
      jdk_best_version=$jdk_found
    fi
  done
  [ -n "$jdk_best" ] && printf '%s\n' "$jdk_best"
}

# Tells a person how to get one.
say_how_to_get_a_jdk() {
  cat >&2 <<'END'
Catraca needs a JDK 25 or newer and found none in JAVA_HOME, in PATH or in the usual folders (/usr/lib/jvm, /opt,
~/.sdkman). Any of these gets one:

  Debian 13, Ubuntu     sudo apt-get install openjdk-25-jdk-headless      (where the release has it)
  Eclipse Temurin       https://adoptium.net/installation                 (packages for Debian, Ubuntu, RHEL, SUSE)
  without root          curl -s https://get.sdkman.io | bash; sdk install java 25-tem

If you have one elsewhere: JAVA_HOME=/path/to/jdk-25
END
}
