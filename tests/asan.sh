# The build for sanitizers, as words for make: one of clang's serves tests and fuzz targets alike. To be read by others (. tests/asan.sh).
ASAN=(B=build-asan CC="${ASAN_CC:-clang}" SAN=address,undefined,fuzzer-no-link)
