# Sets JAVA to the java of a JDK 25: JAVA_HOME when it is one, else what the system's usual directory for JVMs holds.
JAVA=
for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*25*; do
  if [ -x "$candidate/bin/java" ] && grep -q '^JAVA_VERSION="25' "$candidate/release" 2>/dev/null; then
    JAVA=$candidate/bin/java
    break
  fi
done
if [ -z "$JAVA" ]; then
  echo "Error: JDK 25 is missing. Install one below /usr/lib/jvm, or set JAVA_HOME to it." >&2
  exit 1
fi
