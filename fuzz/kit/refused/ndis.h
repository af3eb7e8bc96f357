#error "expool has no NDIS (ndis.h): leave this file out; docs/DRIVER_KIT.md, Odd drivers"
