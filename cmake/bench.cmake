# bench/: programs that measure, built on demand (`./build.sh bench`), and the soak. workload*.c and
# number.c are compiled against the pool, against malloc and against the bare system calls
# (kernel_limit.c); the rest is the runner.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)

file(GLOB workload_sources CONFIGURE_DEPENDS bench/workload*.c bench/number.c
    bench/resident.c)
file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.c)
list(FILTER bench_sources EXCLUDE REGEX "/(workload[^/]*|number|resident|kernel_limit|tree|[^/]*_main|soak[^/]*)\\.c$")

function(bench_options target)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    target_compile_options(${target} PRIVATE ${strict_flags} -Wno-multichar -fno-omit-frame-pointer)
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include)
endfunction()

add_library(bench_objects OBJECT EXCLUDE_FROM_ALL ${bench_sources})
bench_options(bench_objects)
add_library(bench_support INTERFACE)
target_sources(bench_support INTERFACE $<TARGET_OBJECTS:bench_objects>)
target_link_libraries(bench_support INTERFACE m)

add_executable(bench EXCLUDE_FROM_ALL bench/bench_main.c)
bench_options(bench)
target_link_libraries(bench PRIVATE bench_support)

add_executable(bench_app EXCLUDE_FROM_ALL bench/app_main.c bench/tree.c)
bench_options(bench_app)

# -fno-builtin: or the compiler removes a malloc that is freed at once.
function(add_workloads name)
    add_executable(${name} EXCLUDE_FROM_ALL ${workload_sources})
    bench_options(${name})
    target_compile_options(${name} PRIVATE -fno-builtin)
    target_link_libraries(${name} PRIVATE Threads::Threads ${ARGN})
endfunction()
if(EXPOOL_ARCHIVE)
    add_workloads(bench_malloc)
    add_workloads(bench_expool expool_static)
    add_workloads(bench_expool_so expool_shared)
    target_compile_definitions(bench_expool PRIVATE BENCH_POOL)
    target_compile_definitions(bench_expool_so PRIVATE BENCH_POOL)
    add_workloads(bench_kernel)
    target_sources(bench_kernel PRIVATE bench/kernel_limit.c)
    target_compile_definitions(bench_kernel PRIVATE BENCH_KERNEL)
    add_custom_target(bench_all DEPENDS bench bench_malloc bench_expool bench_expool_so bench_kernel
        bench_app)
    if(EXPOOL_VERIFIER)
        add_dependencies(bench_all expool_preload)
    endif()
    if(EXPOOL_TOOLS)
        add_dependencies(bench_all expool_program)
    endif()
endif()

# The malloc workloads under AddressSanitizer, whatever compiles the rest; the bench says when clang
# was missing.
find_program(bench_clang clang)
if(EXPOOL_ARCHIVE AND bench_clang)
    set(asan_program ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/bench_asan)
    add_custom_command(OUTPUT ${asan_program}
        COMMAND ${bench_clang} -O2 -g -std=c11 -D_GNU_SOURCE -fno-builtin -fno-omit-frame-pointer
            -fsanitize=address -I${CMAKE_SOURCE_DIR} ${workload_sources} -pthread -o ${asan_program}
        DEPENDS ${workload_sources} bench/workload.h bench/allocator.h bench/suite.h bench/pool.def
            bench/verifier.def
        VERBATIM)
    add_custom_target(bench_asan DEPENDS ${asan_program})
    add_dependencies(bench_all bench_asan)
endif()

# The soak runs on the objects, so that sanitizers see it.
file(GLOB soak_sources CONFIGURE_DEPENDS bench/soak*.c)
add_executable(soak EXCLUDE_FROM_ALL ${soak_sources} bench/resident.c)
bench_options(soak)
target_link_libraries(soak PRIVATE bench_support expool_joined)
if(EXPOOL_TESTS)
    set_target_properties(soak PROPERTIES EXCLUDE_FROM_ALL OFF)
    # Ten seconds under sanitizers; plain, ci/jobs/soak.sh has it for a minute.
    set(soak_seconds 3)
    if(CMAKE_C_FLAGS MATCHES "-fsanitize=")
        set(soak_seconds 10)
    endif()
    add_test(NAME soak COMMAND soak ${soak_seconds}s)
    set_tests_properties(soak PROPERTIES LABELS soak TIMEOUT 300 COST 50
        ENVIRONMENT "${sanitizer_environment}")
    add_test(NAME soak_unsealed COMMAND soak 3s)
    set_tests_properties(soak_unsealed PROPERTIES LABELS soak TIMEOUT 300 COST 40
        ENVIRONMENT "${sanitizer_environment};EXPOOL_OPTIONS=seal=off:tag_stats=off")
endif()
