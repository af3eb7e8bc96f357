# libexpool.so, the self-contained libexpool.a, and their installation.

add_library(expool_shared SHARED)
target_link_libraries(expool_shared PRIVATE expool_inner)
# nodelete: a module that brought it along goes; threads, handlers, forks and a checker still call it.
target_link_options(expool_shared PRIVATE -Wl,--exclude-libs,ALL -Wl,--no-undefined -Wl,-z,nodelete)
set_target_properties(expool_shared PROPERTIES OUTPUT_NAME expool EXPORT_NAME expool
    VERSION 1 SOVERSION 1 LINKER_LANGUAGE C) # counts by itself: docs/decisions/0040
target_include_directories(expool_shared INTERFACE
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# One relocatable object: ours and libbacktrace's, inner names localised (docs/decisions/0006), code in a
# section of its own (pool/own_code.h).
set(archive ${CMAKE_BINARY_DIR}/lib/libexpool.a)
set(joined ${CMAKE_BINARY_DIR}/expool.o)
add_custom_command(OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/lib
    COMMAND ${CMAKE_LINKER} -r -o ${joined} $<TARGET_OBJECTS:expool_objects> ${backtrace_archive}
    COMMAND ${CMAKE_OBJCOPY} --localize-hidden --wildcard --localize-symbol=backtrace_*
            --localize-symbol=__elf_* --localize-symbol=cplus_demangle_* --rename-section .text=expool_text
            --rename-section .text.unlikely=expool_text ${joined}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
    COMMAND ${CMAKE_AR} rcsD ${archive} ${joined}
    DEPENDS expool_objects $<TARGET_OBJECTS:expool_objects>
    COMMAND_EXPAND_LISTS VERBATIM)
add_custom_target(expool_archive ALL DEPENDS ${archive})
add_library(expool_static STATIC IMPORTED GLOBAL)
set_target_properties(expool_static PROPERTIES IMPORTED_LOCATION ${archive})
target_include_directories(expool_static INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_link_libraries(expool_static INTERFACE Threads::Threads)
add_dependencies(expool_static expool_archive)

install(TARGETS expool_shared EXPORT expool DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${archive} DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(PROGRAMS tools/driver-overlay.sh DESTINATION ${CMAKE_INSTALL_BINDIR}
    RENAME expool-driver-overlay)
install(PROGRAMS tools/expool-ci.sh DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME expool-ci)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT expool NAMESPACE expool:: FILE expool-targets.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/expool)
include(CMakePackageConfigHelpers)
configure_package_config_file(cmake/expool-config.cmake.in ${CMAKE_BINARY_DIR}/expool-config.cmake
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/expool PATH_VARS CMAKE_INSTALL_LIBDIR
    CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_DATADIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/expool-config-version.cmake
    COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/expool-config.cmake
    ${CMAKE_BINARY_DIR}/expool-config-version.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/expool)
# The prefix is chosen at installation: the .pc file finds it from where it lies.
file(RELATIVE_PATH pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/expool.pc.in ${CMAKE_BINARY_DIR}/expool.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/expool.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
