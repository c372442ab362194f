# Sets JAVA to the java of a JDK 25: JAVA_HOME when it is one, else what the usual directories for JVMs hold. To be sourced; starts no
# process, because every command waits for it.
JAVA=
for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/*25*; do
  if [[ -x $candidate/bin/java && -r $candidate/release && $(<"$candidate/release") == *'JAVA_VERSION="25'[.\"]* ]]; then
    JAVA=$candidate/bin/java
    break
  fi
done
if [[ -z $JAVA ]]; then
  echo "Error: JDK 25 is missing. Install one below /usr/lib/jvm (Debian: a package such as temurin-25-jdk), or set JAVA_HOME to it." >&2
  exit 1
fi
