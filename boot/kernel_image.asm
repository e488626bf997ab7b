; The kernel, compressed, carried inside the loader.

section .rodata
global kernel_image
global kernel_image_end

align 16
kernel_image:
    incbin "kernel.gz"
kernel_image_end:
