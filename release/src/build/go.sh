# What every package that builds Go programs shares. Sourced by packaging
# scripts, which start in the folder that holds the package's files.

set -euo pipefail

packages=${OPENPKS_PACKAGES:-/var/vcap/packages}
for toolchain in "$packages"/golang-*/bin; do
  if [ -x "$toolchain/go" ]; then PATH=$toolchain:$PATH; fi
done
if ! command -v go > /dev/null; then
  echo "no Go toolchain: install Go, or add a golang package to the release" >&2
  exit 1
fi

# BOSH compiles as root without a home.
export HOME=${HOME:-/root}
# Static and without paths or time stamps: any image can hold the programs, and
# the same sources give the same bytes.
export CGO_ENABLED=0 GOFLAGS="-buildvcs=false -trimpath -mod=readonly"

# go_build MODULE LDFLAGS [ARGUMENT]...: go build in the module's folder.
go_build() {
  (cd "$1" && go build -ldflags "-s -w -buildid= $2" "${@:3}")
}

# module_version MODULE PATH: the version of the dependency PATH.
module_version() {
  (cd "$1" && go list -m -f '{{.Version}}' "$2")
}

mkdir -p "$BOSH_INSTALL_TARGET/bin"
