#error "expool has no Storport (storport.h): leave this file out; docs/DRIVER_KIT.md, Odd drivers"
