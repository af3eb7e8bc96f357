# Two programs with an engine that are no targets: what an engine can do at most, and what a bug check
# and a fault cost in this build (fuzz/bench/).
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
foreach(name empty costs)
    add_executable(bench_${name} EXCLUDE_FROM_ALL fuzz/bench/${name}.c)
    target_compile_definitions(bench_${name} PRIVATE _GNU_SOURCE)
    target_compile_options(bench_${name} PRIVATE ${strict_flags} -Wno-multichar -fno-omit-frame-pointer)
    target_include_directories(bench_${name} PRIVATE ${CMAKE_SOURCE_DIR}/include)
    target_link_options(bench_${name} PRIVATE -fsanitize=fuzzer)
endforeach()
target_link_libraries(bench_costs PRIVATE expool_inner)
add_custom_target(bench_programs DEPENDS bench_empty bench_costs)
