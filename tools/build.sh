# Sourced by ./mainspring and tools/check: where the builds lie, and one build of one preset.
# Needs: root (folder of the project). Sets: builds (folder of the builds).
# shellcheck shell=bash disable=SC2154

# MAINSPRING_BUILDS names another folder. Builds of a tree that this user may not write go to the user's own cache.
builds=${MAINSPRING_BUILDS:-$root/build}
if [ -e "$builds/ci" ]; then writable=$builds/ci; elif [ -e "$builds" ]; then writable=$builds; else writable=$root; fi
if [ ! -w "$writable" ] && [ -z "${MAINSPRING_BUILDS:-}" ]; then
    builds=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/mainspring/build-$(printf %s "$root" | cksum | cut -d' ' -f1)
fi
mkdir -p "$builds"
# A user without a home of its own (a service, a container) still gets a compiler cache.
if [ ! -w "${HOME:-/nonexistent}" ] && [ -z "${CCACHE_DIR:-}" ]; then export CCACHE_DIR=$builds/ccache; fi

# Keeps ninja's progress and errors, drops what it says when there is nothing to do.
progress_only() {
    sed -u -e '/^ninja: no work to do/d' -e '/^ninja: Entering directory/d' -e '/Re-checking globbed/d'
}

# build PRESET NINJA_ARGUMENTS...: configures if needed and builds. One build of a folder at a time.
build() {
    local folder=$builds/$1
    mkdir -p "$folder"
    (
        flock 9
        if [ ! -e "$folder/build.ninja" ]; then
            echo "Configuring $folder (preset $1)"
            (cd "$root" && cmake --preset "$1" -B "$folder") >"$folder/configure.log" 2>&1 || {
                cat "$folder/configure.log"
                exit 1
            }
        fi
        ninja -C "$folder" "${@:2}" 2>&1 </dev/null 9>&- | progress_only
    ) 9>"$folder/.lock"
}
