#error "expool has no KMDF (wdf.h): leave this file out; docs/DRIVER_KIT.md, Odd drivers"
