# How the house is built: one static library a room, one test program beside it.
find_package(PkgConfig REQUIRED)
find_package(absl REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost 1.81 EXACT REQUIRED)
find_package(Threads REQUIRED)
find_package(rapidcheck REQUIRED)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(cairo REQUIRED IMPORTED_TARGET pangocairo cairo-pdf)
pkg_check_modules(xlsxwriter REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(argon2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fpch-preprocess)
endif()
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(house_flags INTERFACE)
target_include_directories(house_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
# -pthread for all: some libraries ask for it, and the precompiled headers fit only where it is the same.
target_compile_options(house_flags INTERFACE
  -pthread -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wold-style-cast
  $<$<BOOL:${MAINSPRING_WERROR}>:-Werror>)
target_link_libraries(house_flags INTERFACE fmt::fmt Threads::Threads)

# The standard headers that nearly every file needs, compiled once.
file(WRITE ${CMAKE_BINARY_DIR}/pch/pch.cpp "")
add_library(pch STATIC ${CMAKE_BINARY_DIR}/pch/pch.cpp)
target_link_libraries(pch PRIVATE house_flags)
target_precompile_headers(pch PRIVATE
  <algorithm> <array> <chrono> <cstdint> <expected> <filesystem> <fmt/format.h> <functional> <map> <memory>
  <optional> <set> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>)

# room(NAME [DATABASE_TESTS] [DEPENDS rooms...] [LIBS libraries...])
# src/NAME/*.cpp become the library NAME; src/NAME/*_test.cpp the test program NAME_test.
# DATABASE_TESTS: the tests may use support/test_database.hpp.
function(room NAME)
  cmake_parse_arguments(ROOM "DATABASE_TESTS" "" "DEPENDS;LIBS" ${ARGN})
  file(GLOB SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${NAME}/*.cpp)
  set(TESTS ${SOURCES})
  list(FILTER SOURCES EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER TESTS INCLUDE REGEX "_test\\.cpp$")
  if(SOURCES)
    add_library(${NAME} STATIC ${SOURCES})
    target_link_libraries(${NAME} PUBLIC house_flags ${ROOM_DEPENDS} ${ROOM_LIBS})
    target_precompile_headers(${NAME} REUSE_FROM pch)
  else()
    add_library(${NAME} INTERFACE)
    target_link_libraries(${NAME} INTERFACE house_flags ${ROOM_DEPENDS} ${ROOM_LIBS})
  endif()
  if(TESTS)
    add_executable(${NAME}_test ${TESTS} ${CMAKE_SOURCE_DIR}/tests/doctest_main.cpp)
    target_link_libraries(${NAME}_test PRIVATE ${NAME} rapidcheck)
    if(ROOM_DATABASE_TESTS)
      target_link_libraries(${NAME}_test PRIVATE test_support)
    endif()
    target_include_directories(${NAME}_test PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_compile_definitions(${NAME}_test PRIVATE MAINSPRING_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_precompile_headers(${NAME}_test REUSE_FROM pch)
    add_test(NAME ${NAME} COMMAND ${NAME}_test)
  endif()
endfunction()

# program(NAME FOLDER [DEPENDS rooms...] [LIBS libraries...]): the executable build/NAME.
function(program NAME FOLDER)
  cmake_parse_arguments(PROG "" "" "DEPENDS;LIBS" ${ARGN})
  file(GLOB SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${FOLDER}/*.cpp)
  if(NOT SOURCES)
    return()
  endif()
  add_executable(${NAME} ${SOURCES})
  target_link_libraries(${NAME} PRIVATE house_flags ${PROG_DEPENDS} ${PROG_LIBS})
  target_precompile_headers(${NAME} REUSE_FROM pch)
endfunction()
