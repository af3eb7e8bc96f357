# fuzz/campaign/: what `./build.sh fuzz` runs. It starts the targets and reads what they say; it links
# none of the library.
find_package(PkgConfig REQUIRED)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)

file(GLOB campaign_sources CONFIGURE_DEPENDS fuzz/campaign/*.c)
list(FILTER campaign_sources EXCLUDE REGEX "/main\\.c$")
add_library(campaign_objects OBJECT ${campaign_sources} bench/words.c)
target_compile_definitions(campaign_objects PRIVATE _GNU_SOURCE)
target_compile_options(campaign_objects PRIVATE ${strict_flags} -fno-omit-frame-pointer)
target_include_directories(campaign_objects PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(campaign_objects PRIVATE PkgConfig::JANSSON)
add_library(campaign_support INTERFACE)
target_sources(campaign_support INTERFACE $<TARGET_OBJECTS:campaign_objects>)
target_link_libraries(campaign_support INTERFACE PkgConfig::JANSSON)

add_executable(campaign fuzz/campaign/main.c)
target_compile_definitions(campaign PRIVATE _GNU_SOURCE)
target_compile_options(campaign PRIVATE ${strict_flags} -fno-omit-frame-pointer)
target_include_directories(campaign PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(campaign PRIVATE campaign_support)

# fuzz/bench/: what `./build.sh bench fuzz` runs; its two programs with an engine are in fuzz_bench.cmake.
set(fuzz_bench_sources fuzz/bench/main.c fuzz/bench/goal.c fuzz/bench/speed.c fuzz/bench/reach.c)
add_executable(fuzz_bench ${fuzz_bench_sources})
target_compile_definitions(fuzz_bench PRIVATE _GNU_SOURCE)
target_compile_options(fuzz_bench PRIVATE ${strict_flags} -fno-omit-frame-pointer)
target_include_directories(fuzz_bench PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(fuzz_bench PRIVATE campaign_support)
# Here for the tools that read compile_commands.json.
add_library(fuzz_bench_programs OBJECT EXCLUDE_FROM_ALL fuzz/bench/costs.c fuzz/bench/empty.c)
target_compile_definitions(fuzz_bench_programs PRIVATE _GNU_SOURCE)
target_compile_options(fuzz_bench_programs PRIVATE ${strict_flags} -Wno-multichar)
target_include_directories(fuzz_bench_programs PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include)

# All replay programs at once, for `./build.sh coverage`.
add_custom_target(replay_programs)
foreach(source ${fuzz_targets})
    get_filename_component(target ${source} NAME_WE)
    string(REPLACE fuzz_ replay_ replay ${target})
    if(TARGET ${replay})
        add_dependencies(replay_programs ${replay})
    endif()
endforeach()

# What campaigns grew and somebody committed: every input is as the model says. They have one thread each: not where
# threads are looked at.
if(EXPOOL_TESTS AND NOT CMAKE_C_FLAGS MATCHES "fsanitize=thread")
    foreach(source ${fuzz_targets})
        get_filename_component(target ${source} NAME_WE)
        string(REPLACE fuzz_ "" name ${target})
        set(archive ${CMAKE_SOURCE_DIR}/corpus/evolved/${name}.zip)
        if(NOT EXISTS ${archive} OR NOT TARGET replay_${name})
            continue()
        endif()
        add_test(NAME evolved_${name}
            COMMAND ${CMAKE_SOURCE_DIR}/tests/evolved.sh $<TARGET_FILE:replay_${name}> ${archive})
        set_tests_properties(evolved_${name} PROPERTIES LABELS corpus TIMEOUT 300
            ENVIRONMENT "${sanitizer_environment}")
    endforeach()
endif()
