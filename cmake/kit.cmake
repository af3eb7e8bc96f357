# libexpool-kit.a: the driver kit (docs/DRIVER_KIT.md), in one object as libexpool.a is, and
# libexpool-kit-main.a, the program that stands in for an engine.
file(GLOB kit_sources CONFIGURE_DEPENDS fuzz/kit/*.c)
list(FILTER kit_sources EXCLUDE REGEX "/(first|last|replay_main)\\.c$")
add_library(kit_objects OBJECT ${kit_sources})
add_library(kit_main_objects OBJECT fuzz/kit/replay_main.c)
foreach(objects kit_objects kit_main_objects)
    target_compile_definitions(${objects} PRIVATE _GNU_SOURCE)
    target_compile_options(${objects} PRIVATE ${strict_flags} -Wno-multichar -fvisibility=hidden
        -fno-omit-frame-pointer)
    target_include_directories(${objects} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include)
endforeach()

if(EXPOOL_ARCHIVE)
    set(kit_archive ${CMAKE_BINARY_DIR}/lib/libexpool-kit.a)
    set(kit_main_archive ${CMAKE_BINARY_DIR}/lib/libexpool-kit-main.a)
    add_custom_command(OUTPUT ${kit_archive} ${kit_main_archive}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/lib
        COMMAND ${CMAKE_LINKER} -r -o ${CMAKE_BINARY_DIR}/expool-kit.o $<TARGET_OBJECTS:kit_objects>
        COMMAND ${CMAKE_OBJCOPY} --rename-section .text=expool_kit_text
                --rename-section .text.unlikely=expool_kit_text ${CMAKE_BINARY_DIR}/expool-kit.o
        COMMAND ${CMAKE_COMMAND} -E rm -f ${kit_archive} ${kit_main_archive}
        COMMAND ${CMAKE_AR} rcsD ${kit_archive} ${CMAKE_BINARY_DIR}/expool-kit.o
        COMMAND ${CMAKE_AR} rcsD ${kit_main_archive} $<TARGET_OBJECTS:kit_main_objects>
        DEPENDS kit_objects $<TARGET_OBJECTS:kit_objects> kit_main_objects
                $<TARGET_OBJECTS:kit_main_objects>
        COMMAND_EXPAND_LISTS VERBATIM)
    add_custom_target(expool_kit_archive ALL DEPENDS ${kit_archive} ${kit_main_archive})

    install(FILES ${kit_archive} ${kit_main_archive} DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(FILES fuzz/kit/first.c fuzz/kit/last.c DESTINATION ${CMAKE_INSTALL_DATADIR}/expool/kit)
    install(DIRECTORY fuzz/kit/refused DESTINATION ${CMAKE_INSTALL_DATADIR}/expool/kit)
    install(FILES cmake/expool-kit.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/expool)
    configure_file(cmake/expool-kit.pc.in ${CMAKE_BINARY_DIR}/expool-kit.pc @ONLY)
    install(FILES ${CMAKE_BINARY_DIR}/expool-kit.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
