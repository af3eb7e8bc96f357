#include "pool/pager_store.h"

#include "pool/aes.h"
#include "pool/os.h"
#include "pool/os_pager.h"
#include "pool/util.h"

#include <string.h>

enum { STEP_PAGES = 256 /* the store's memory comes in steps of 1 MiB */ };

struct secret {
    _Alignas(4096) unsigned char page[4096];
    struct aes_xts_key key;
};

static struct {
    unsigned char *start;
    size_t capacity; /* slots */
    size_t allowed;  /* slots accessible */
    size_t used;     /* slots ever used */
    uint32_t *free_slots;
    size_t free_count;
    uint64_t *stamps; /* of a slot's content: no two contents are encrypted under one tweak */
    uint64_t last_stamp;
    bool encrypts;
    struct secret *secret;
} store;

static unsigned char *slot_bytes(uint32_t slot)
{
    return store.start + (size_t)(slot - 1) * PAGE_BYTES;
}

static bool make_key(void)
{
    unsigned char bytes[2 * AES_KEY_BYTES];
    if (!os_random_bytes(bytes, sizeof bytes))
        return false;
    aes_xts_key_set(&store.secret->key, bytes);
    memset(bytes, 0, sizeof bytes);
    __asm__ volatile("" : : "r"(bytes) : "memory"); /* the zeroes are written */
    return true;
}

bool store_start(size_t capacity, bool encrypts)
{
    store.capacity = capacity;
    store.encrypts = encrypts;
    store.free_slots = os_table(capacity * sizeof *store.free_slots);
    store.stamps = os_table(capacity * sizeof *store.stamps);
    store.start = os_reserve(capacity * PAGE_BYTES, PAGE_BYTES);
    store.secret = os_secret(sizeof *store.secret);
    bool has_room = store.free_slots != NULL && store.stamps != NULL && store.start != NULL &&
                    store.secret != NULL;
    return has_room && (!encrypts || make_key());
}

bool store_is_encrypted(void)
{
    return store.encrypts;
}

/* 0: the store cannot grow. */
static uint32_t take_slot(void)
{
    if (store.free_count > 0)
        return store.free_slots[--store.free_count];
    if (store.used == store.allowed) {
        size_t room = store.capacity - store.allowed;
        size_t step = room < STEP_PAGES ? room : STEP_PAGES;
        if (step == 0 ||
            !os_allow(store.start + store.allowed * PAGE_BYTES, step * PAGE_BYTES, false))
            return 0;
        store.allowed += step;
    }
    return (uint32_t)++store.used;
}

void store_drop(uint32_t slot)
{
    (void)os_discard(slot_bytes(slot), PAGE_BYTES);
    store.free_slots[store.free_count++] = slot;
}

uint32_t store_put(size_t index, const void *page)
{
    uint32_t slot = take_slot();
    if (slot == 0)
        return 0;
    unsigned char *to = store.encrypts ? store.secret->page : slot_bytes(slot);
    if (!os_peek(to, page, PAGE_BYTES)) {
        store_drop(slot);
        return 0;
    }
    store.stamps[slot - 1] = ++store.last_stamp;
    if (store.encrypts) {
        const uint64_t tweak[2] = {index, store.stamps[slot - 1]};
        aes_xts_encrypt(&store.secret->key, tweak, to, PAGE_BYTES);
        memcpy(slot_bytes(slot), to, PAGE_BYTES);
    }
    return slot;
}

void store_get(uint32_t slot, size_t index)
{
    memcpy(store.secret->page, slot_bytes(slot), PAGE_BYTES);
    if (!store.encrypts)
        return;
    const uint64_t tweak[2] = {index, store.stamps[slot - 1]};
    aes_xts_decrypt(&store.secret->key, tweak, store.secret->page, PAGE_BYTES);
}

const void *store_page(void)
{
    return store.secret->page;
}

void store_wipe(void)
{
    memset(store.secret->page, 0, PAGE_BYTES);
}

void store_after_fork(void)
{
    if (store.secret != NULL)
        os_secret_again(store.secret, sizeof *store.secret);
}
