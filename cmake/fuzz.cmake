# fuzz/fuzz_NAME.c is a target; the other files are shared. Each target also becomes replay_NAME,
# which needs no engine and any compiler.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)

file(GLOB fuzz_sources CONFIGURE_DEPENDS fuzz/*.c)
file(GLOB fuzz_targets CONFIGURE_DEPENDS fuzz/fuzz_*.c)
list(FILTER fuzz_sources EXCLUDE REGEX "/fuzz_[^/]*\\.c$")
list(FILTER fuzz_sources EXCLUDE REGEX "/(replay_main|differential_main|target)\\.c$")
add_library(fuzz_objects OBJECT ${fuzz_sources})
target_compile_definitions(fuzz_objects PRIVATE _GNU_SOURCE)
target_compile_options(fuzz_objects PRIVATE ${strict_flags} -Wno-multichar -fno-omit-frame-pointer)
target_include_directories(fuzz_objects PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include)
add_library(fuzz_support INTERFACE)
target_sources(fuzz_support INTERFACE $<TARGET_OBJECTS:fuzz_objects>)

foreach(source ${fuzz_targets})
    get_filename_component(target ${source} NAME_WE)
    string(REPLACE fuzz_ "" name ${target})
    if(EXPOOL_FUZZERS)
        add_executable(${target} ${source} fuzz/target.c)
        target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
        target_link_libraries(${target} PRIVATE fuzz_support expool_inner)
        continue()
    endif()
    add_executable(replay_${name} ${source} fuzz/target.c fuzz/replay_main.c)
    target_compile_definitions(replay_${name} PRIVATE _GNU_SOURCE)
    target_compile_options(replay_${name} PRIVATE ${strict_flags} -fno-omit-frame-pointer)
    target_link_libraries(replay_${name} PRIVATE fuzz_support expool_inner)
    add_executable(differential_${name} ${source} fuzz/target.c fuzz/differential_main.c)
    target_compile_definitions(differential_${name} PRIVATE _GNU_SOURCE)
    target_compile_options(differential_${name} PRIVATE ${strict_flags} -fno-omit-frame-pointer)
    target_link_libraries(differential_${name} PRIVATE fuzz_support expool_inner)
    if(EXPOOL_TESTS)
        add_test(NAME replay_${name}
            COMMAND replay_${name} ${CMAKE_SOURCE_DIR}/corpus/seeds
                    ${CMAKE_SOURCE_DIR}/corpus/regressions)
        set_tests_properties(replay_${name} PROPERTIES LABELS corpus TIMEOUT 300
            ENVIRONMENT "${sanitizer_environment}")
        add_test(NAME segment_replay_${name}
            COMMAND replay_${name} --backend segment ${CMAKE_SOURCE_DIR}/corpus/seeds
                    ${CMAKE_SOURCE_DIR}/corpus/regressions)
        add_test(NAME differential_${name} COMMAND differential_${name} 20000)
        set_tests_properties(segment_replay_${name} differential_${name} PROPERTIES LABELS segment
            TIMEOUT 300 ENVIRONMENT "${sanitizer_environment};EXPOOL_OPTIONS=seed=1")
    endif()
endforeach()
