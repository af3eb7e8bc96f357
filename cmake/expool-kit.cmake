# expool_add_fuzz_target(NAME SOURCES driver.c ... TARGET target.c [SANITIZE address|undefined|...]
#                        [DEFINITIONS ...] [OPTIONS ...])
# makes replay_NAME with any compiler, and fuzz_NAME where the compiler has libFuzzer (clang). On
# demand NAME_afl_mutator, a library for afl-fuzz that knows the target's operations. The
# driver's and the target's variables are put back before each input: their files stand between
# first.c and last.c, as they must on the linker's line.
include(CheckCSourceCompiles)

function(expool_add_fuzz_target name)
    cmake_parse_arguments(kit "" "TARGET" "SOURCES;SANITIZE;DEFINITIONS;OPTIONS" ${ARGN})
    if(kit_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "expool_add_fuzz_target(${name}): not understood: "
            "${kit_UNPARSED_ARGUMENTS} (SOURCES, TARGET, SANITIZE, DEFINITIONS, OPTIONS)")
    endif()
    if(NOT kit_SOURCES AND NOT kit_TARGET)
        message(FATAL_ERROR "expool_add_fuzz_target(${name}): no SOURCES and no TARGET")
    endif()
    set(sanitize "")
    if(kit_SANITIZE)
        string(REPLACE ";" "," sanitizers "${kit_SANITIZE}")
        set(sanitize "-fsanitize=${sanitizers}" -fno-sanitize-recover=all)
    endif()
    set(files ${expool_kit_first} ${kit_SOURCES} ${kit_TARGET} ${expool_kit_last})
    set(engine_flag -fsanitize=fuzzer)
    set(CMAKE_REQUIRED_FLAGS ${engine_flag})
    check_c_source_compiles("#include <stddef.h>
        int LLVMFuzzerTestOneInput(const unsigned char *b, size_t n) { return b == NULL && n; }"
        EXPOOL_HAS_LIBFUZZER)
    set(programs replay_${name})
    if(EXPOOL_HAS_LIBFUZZER)
        list(APPEND programs fuzz_${name})
    else()
        message(STATUS "fuzz_${name} is left out: ${CMAKE_C_COMPILER} has no libFuzzer")
    endif()
    get_filename_component(folder ${expool_kit_first} DIRECTORY)
    foreach(program ${programs})
        add_executable(${program} ${files})
    endforeach()
    add_library(${name}_afl_mutator MODULE EXCLUDE_FROM_ALL ${files})
    set_target_properties(${name}_afl_mutator PROPERTIES PREFIX "" POSITION_INDEPENDENT_CODE ON)
    foreach(program ${programs} ${name}_afl_mutator)
        target_compile_definitions(${program} PRIVATE ${kit_DEFINITIONS})
        target_compile_options(${program} PRIVATE -g -O1 -fno-omit-frame-pointer
            -fno-optimize-sibling-calls -fms-extensions -fshort-wchar -Wno-multichar
            "SHELL:-idirafter ${folder}/refused"
            $<$<COMPILE_LANG_AND_ID:C,Clang>:-fms-compatibility>
            "$<$<COMPILE_LANG_AND_ID:C,GNU>:SHELL:-include expool/prelude.h>"
            ${kit_OPTIONS})
    endforeach()
    foreach(program ${programs})
        target_compile_options(${program} PRIVATE ${sanitize})
        target_link_options(${program} PRIVATE ${sanitize})
    endforeach()
    target_link_options(${name}_afl_mutator PRIVATE -Wl,-u,afl_custom_init)
    target_link_libraries(${name}_afl_mutator PRIVATE expool::kit expool::static)
    target_link_libraries(replay_${name} PRIVATE expool::kit_main expool::kit expool::static)
    if(EXPOOL_HAS_LIBFUZZER)
        target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer-no-link)
        target_link_options(fuzz_${name} PRIVATE ${engine_flag})
        target_link_libraries(fuzz_${name} PRIVATE expool::kit expool::static)
    endif()
endfunction()
