/*
 * One trapped access as a native virtual machine monitor makes it, to compare the device core with: ordered ranges
 * searched by bisection, a mutex on each level (bus, window, root, function), and calls through tables of function
 * pointers. Functions are found by their place in a table, not searched for, so that this peer is the quickest of its
 * kind. Like a monitor it has more than one thread, so that its mutexes really are taken; built with -DLOCKS=0 it has
 * none, as a monitor of one thread would.
 *
 * Reads a row a line: "read COUNT", "write COUNT", "read absent" or "read unmapped", the last two of the machine that was
 * asked for before. Answers with the nanoseconds that an access took, on the clock and of the processor.
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if LOCKS
#define LOCK(mutex) pthread_mutex_lock(mutex)
#define UNLOCK(mutex) pthread_mutex_unlock(mutex)
#else
#define LOCK(mutex) ((void)0)
#define UNLOCK(mutex) ((void)0)
#endif

#define VCFG_BASE 0x100000000ull
#define ECAM_BASE 0xe0000000ull
#define UNMAPPED 0x80000000ull
#define PER_BUS 256u
#define REGISTERS 4u
/* As device-accesses.ts has them: both sides make the same accesses in the same order. */
#define ACCESSES 4096u
#define SEED 12345u
#define MOST_MACHINES 8
/* As in turns.ts. */
#define TURN_NANOSECONDS 25e6

/* How one kind of register answers. */
struct rule {
  uint32_t (*read)(uint32_t value);
  uint32_t (*after_read)(uint32_t value);
  uint32_t (*write)(uint32_t value, uint32_t written);
};

static uint32_t same(uint32_t value) { return value; }
static uint32_t keep(uint32_t value, uint32_t written) { return (void)written, value; }
static uint32_t replace(uint32_t value, uint32_t written) { return (void)value, written; }
static uint32_t clear(uint32_t value, uint32_t written) { return value & ~written; }

static const struct rule READ_WRITE = {same, same, replace};
static const struct rule READ_ONLY = {same, same, keep};
static const struct rule WRITE_TO_CLEAR = {same, same, clear};

struct vreg {
  const struct rule *rule;
  uint32_t value;
};

struct function;
struct function_operations {
  uint32_t (*read)(struct function *function, uint32_t index);
  void (*write)(struct function *function, uint32_t index, uint32_t value);
};
struct function {
  const struct function_operations *operations;
  pthread_mutex_t lock;
  struct vreg *registers[REGISTERS];
};

struct root {
  pthread_mutex_t lock;
  struct function **buses[PER_BUS];
};

struct device;
struct device_operations {
  uint32_t (*read)(struct device *device, uint64_t offset);
  void (*write)(struct device *device, uint64_t offset, uint32_t value);
};
struct device {
  const struct device_operations *operations;
  pthread_mutex_t lock;
  struct root *root;
  unsigned register_bits;
};

struct range {
  uint64_t base, length;
  struct device *device;
};
struct bus {
  pthread_mutex_t lock;
  size_t count;
  struct range ranges[16];
  uint64_t reads, writes, misses;
};

static uint32_t function_read(struct function *function, uint32_t index) {
  if (index >= REGISTERS || function->registers[index] == NULL) return 0;
  struct vreg *found = function->registers[index];
  uint32_t value = found->value;
  found->value = found->rule->after_read(value);
  return found->rule->read(value);
}

static void function_write(struct function *function, uint32_t index, uint32_t value) {
  if (index >= REGISTERS || function->registers[index] == NULL) return;
  struct vreg *found = function->registers[index];
  found->value = found->rule->write(found->value, value);
}

static const struct function_operations FUNCTION = {function_read, function_write};

static struct function *function_at(struct root *root, uint32_t packed) {
  struct function **bus = root->buses[packed >> 8];
  return bus == NULL ? NULL : bus[packed & 0xff];
}

static uint32_t window_read(struct device *window, uint64_t offset) {
  if (offset > 0xffffffffu || (offset & 3) != 0) return 0;
  uint32_t packed = (uint32_t)offset >> window->register_bits & 0xffff;
  uint32_t index = (uint32_t)offset >> 2 & ((1u << (window->register_bits - 2)) - 1);
  LOCK(&window->root->lock);
  struct function *function = function_at(window->root, packed);
  uint32_t value = 0;
  if (function != NULL) {
    LOCK(&function->lock);
    value = function->operations->read(function, index);
    UNLOCK(&function->lock);
  }
  UNLOCK(&window->root->lock);
  return value;
}

static void window_write(struct device *window, uint64_t offset, uint32_t value) {
  if (offset > 0xffffffffu || (offset & 3) != 0) return;
  uint32_t packed = (uint32_t)offset >> window->register_bits & 0xffff;
  uint32_t index = (uint32_t)offset >> 2 & ((1u << (window->register_bits - 2)) - 1);
  LOCK(&window->root->lock);
  struct function *function = function_at(window->root, packed);
  if (function != NULL) {
    LOCK(&function->lock);
    function->operations->write(function, index, value);
    UNLOCK(&function->lock);
  }
  UNLOCK(&window->root->lock);
}

static const struct device_operations WINDOW = {window_read, window_write};

/* The device at an address and the offset in its range, or NULL. */
static struct device *bus_find(struct bus *bus, uint64_t address, uint64_t *offset) {
  struct device *device = NULL;
  LOCK(&bus->lock);
  size_t from = 0, to = bus->count;
  while (from < to) {
    size_t middle = (from + to) / 2;
    if (bus->ranges[middle].base <= address)
      from = middle + 1;
    else
      to = middle;
  }
  if (from > 0) {
    struct range *range = &bus->ranges[from - 1];
    *offset = address - range->base;
    if (*offset < range->length) device = range->device;
  }
  if (device == NULL) bus->misses++;
  UNLOCK(&bus->lock);
  return device;
}

static uint32_t bus_read(struct bus *bus, uint64_t address) {
  uint64_t offset;
  bus->reads++;
  struct device *device = bus_find(bus, address, &offset);
  if (device == NULL) return 0;
  LOCK(&device->lock);
  uint32_t value = device->operations->read(device, offset);
  UNLOCK(&device->lock);
  return value;
}

static void bus_write(struct bus *bus, uint64_t address, uint32_t value) {
  uint64_t offset;
  bus->writes++;
  struct device *device = bus_find(bus, address, &offset);
  if (device == NULL) return;
  LOCK(&device->lock);
  device->operations->write(device, offset, value);
  UNLOCK(&device->lock);
}

static void *allocate(size_t size) {
  void *memory = calloc(1, size);
  if (memory == NULL) abort();
  return memory;
}

/* Bridges that lead to all the buses that so many functions need; they come first, on bus 0. */
static uint32_t bridges_for(uint32_t count) {
  return count < PER_BUS ? 0 : (count + PER_BUS) / (PER_BUS + 1);
}

static uint32_t place_of(uint32_t index, uint32_t bridges) {
  return bridges == 0 || index < bridges ? index + 1 : index - bridges + PER_BUS;
}

static void add_function(struct root *root, uint32_t packed) {
  static const struct rule *const rules[REGISTERS] = {&READ_WRITE, &READ_ONLY, &WRITE_TO_CLEAR, &READ_WRITE};
  struct function *function = allocate(sizeof *function);
  function->operations = &FUNCTION;
  pthread_mutex_init(&function->lock, NULL);
  for (uint32_t index = 0; index < REGISTERS; index++) {
    function->registers[index] = allocate(sizeof **function->registers);
    function->registers[index]->rule = rules[index];
    function->registers[index]->value = index;
  }
  struct function ***bus = &root->buses[packed >> 8];
  if (*bus == NULL) *bus = allocate(PER_BUS * sizeof **bus);
  (*bus)[packed & 0xff] = function;
}

/* A bus with the windows of a machine of so many functions. */
static struct bus *machine_of(uint32_t count) {
  struct root *root = allocate(sizeof *root);
  pthread_mutex_init(&root->lock, NULL);
  uint32_t bridges = bridges_for(count);
  for (uint32_t index = 0; index < count; index++) add_function(root, place_of(index, bridges));
  struct bus *bus = allocate(sizeof *bus);
  pthread_mutex_init(&bus->lock, NULL);
  const uint64_t bases[] = {ECAM_BASE, VCFG_BASE};
  const unsigned bits[] = {12, 13};
  for (size_t index = 0; index < 2; index++) {
    struct device *window = allocate(sizeof *window);
    window->operations = &WINDOW;
    pthread_mutex_init(&window->lock, NULL);
    window->root = root;
    window->register_bits = bits[index];
    bus->ranges[bus->count++] = (struct range){bases[index], (uint64_t)(bridges + 1) << (bits[index] + 8), window};
  }
  return bus;
}

static double now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static volatile uint32_t sink;

/* A turn: batches of accesses for TURN_NANOSECONDS. */
static void measure(struct bus *bus, const uint64_t *addresses, int writes) {
  double start = now(CLOCK_MONOTONIC), start_cpu = now(CLOCK_PROCESS_CPUTIME_ID), wall;
  unsigned long batches = 0;
  do {
    uint32_t sum = 0;
    if (writes)
      for (uint32_t index = 0; index < ACCESSES; index++) bus_write(bus, addresses[index], index);
    else
      for (uint32_t index = 0; index < ACCESSES; index++) sum += bus_read(bus, addresses[index]);
    sink = sum;
    batches++;
    wall = now(CLOCK_MONOTONIC) - start;
  } while (wall < TURN_NANOSECONDS);
  double cpu = now(CLOCK_PROCESS_CPUTIME_ID) - start_cpu, accesses = (double)batches * ACCESSES;
  printf("%.3f %.3f\n", wall / accesses, cpu / accesses);
  fflush(stdout);
}

static void *wait_for_ever(void *unused) {
  (void)unused;
  for (;;) nanosleep(&(struct timespec){3600, 0}, NULL);
  return NULL;
}

int main(void) {
  pthread_t other;
  if (pthread_create(&other, NULL, wait_for_ever, NULL) != 0) return 1;
  static uint64_t addresses[ACCESSES];
  static struct {
    uint32_t count;
    struct bus *bus;
  } machines[MOST_MACHINES];
  size_t known = 0;
  struct bus *bus = NULL;
  char kind[16], what[16];
  while (scanf("%15s %15s", kind, what) == 2) {
    uint32_t count = (uint32_t)atoi(what);
    if (count > 0) {
      size_t place = 0;
      while (place < known && machines[place].count != count) place++;
      if (place == MOST_MACHINES) return 2;
      if (place == known) {
        machines[known].count = count;
        machines[known++].bus = machine_of(count);
      }
      bus = machines[place].bus;
      uint32_t bridges = bridges_for(count), state = SEED;
      for (uint32_t index = 0; index < ACCESSES; index++) {
        state = state * 1664525u + 1013904223u;
        uint64_t packed = place_of((state >> 8) % count, bridges);
        addresses[index] = VCFG_BASE + packed * 8192 + (state >> 4 & 3) * 4;
      }
    } else if (strcmp(what, "absent") == 0) {
      for (uint32_t index = 0; index < ACCESSES; index++) addresses[index] = VCFG_BASE + index % REGISTERS * 4;
    } else {
      for (uint32_t index = 0; index < ACCESSES; index++) addresses[index] = UNMAPPED + index * 4;
    }
    if (bus == NULL) return 2;
    measure(bus, addresses, strcmp(kind, "write") == 0);
  }
  return 0;
}
