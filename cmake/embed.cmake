# embed_texts(TARGET FUNCTION FILES...): the files become part of the library TARGET, as
#   std::span<const EmbeddedText> mainspring::FUNCTION();      in the order given
# made anew at build time when a file changes. Pass files from a GLOB with CONFIGURE_DEPENDS, so that new ones count.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
  function(embed_texts TARGET FUNCTION)
    set(OUTPUT ${CMAKE_BINARY_DIR}/embedded/${FUNCTION}.cpp)
    list(JOIN ARGN "|" FILES)
    add_custom_command(OUTPUT ${OUTPUT}
      COMMAND ${CMAKE_COMMAND} -DOUTPUT=${OUTPUT} -DFUNCTION=${FUNCTION} "-DFILES=${FILES}" -P ${EMBED_SCRIPT}
      DEPENDS ${ARGN} ${EMBED_SCRIPT} COMMENT "Embedding ${FUNCTION}" VERBATIM)
    target_sources(${TARGET} PRIVATE ${OUTPUT})
  endfunction()
  return()
endif()

string(REPLACE "|" ";" FILES "${FILES}")
set(CODE "#include <array>\n#include <span>\n\n#include \"base/embedded_text.hpp\"\n\nnamespace mainspring {\n\n")
list(LENGTH FILES COUNT)
string(APPEND CODE "namespace {\n\nconst std::array<EmbeddedText, ${COUNT}> kTexts{{\n")
foreach(FILE IN LISTS FILES)
  get_filename_component(NAME ${FILE} NAME)
  file(READ ${FILE} TEXT)
  string(APPEND CODE "    {\"${NAME}\", R\"embedded_text(${TEXT})embedded_text\"},\n")
endforeach()
string(APPEND CODE "}};\n\n}  // namespace\n\nstd::span<const EmbeddedText> ${FUNCTION}();\n")
string(APPEND CODE "std::span<const EmbeddedText> ${FUNCTION}() {\n    return kTexts;\n}\n\n")
string(APPEND CODE "}  // namespace mainspring\n")
file(WRITE ${OUTPUT} "${CODE}")
