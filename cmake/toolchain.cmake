# Compiler, linker, cache and warnings, the same for every target.
find_program(CCACHE ccache)
if(CCACHE)
  # The precompiled header needs these; base_dir lets two checkouts share results.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

find_program(LLD NAMES ld.lld ld.lld-16)
if(LLD)
  get_filename_component(LLD_REAL ${LLD} REALPATH)
  get_filename_component(LLD_DIR ${LLD_REAL} DIRECTORY)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/linker)
  file(CREATE_LINK ${LLD_REAL} ${CMAKE_BINARY_DIR}/linker/ld.lld SYMBOLIC)
  add_link_options(-fuse-ld=lld -B${CMAKE_BINARY_DIR}/linker)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
                    -Wnon-virtual-dtor -Woverloaded-virtual)
if(NOT CCACHE)
  # The cache makes paths relative by itself; this option would tie its entries to one folder.
  add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Werror -fpch-preprocess)
  # False alarms of g++ 12 in the standard library's strings and in inlined coroutines.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
                      -Wno-array-bounds -Wno-dangling-pointer -Wno-use-after-free
                      -Wno-mismatched-new-delete -Wno-stringop-overread)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
  add_compile_options(-g1 -fno-plt)
  add_link_options(-Wl,--gc-sections)
endif()

if(THENORSOUND_SANITIZE)
  add_compile_options(-fsanitize=${THENORSOUND_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${THENORSOUND_SANITIZE})
  if(THENORSOUND_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  if(THENORSOUND_SANITIZE MATCHES "thread")
    # Boost.Asio and the standard library use fences that TSan does not model.
    add_compile_options(-Wno-tsan)
  endif()
endif()

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(tomlplusplus QUIET)
find_package(CLI11 REQUIRED)
find_package(CURL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PANGOCAIRO REQUIRED pangocairo)
find_package(mongoc-1.0 1.23 REQUIRED)
find_package(rabbitmq-c 0.11 REQUIRED)
