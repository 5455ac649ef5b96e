/** Programs that read the lines of `mailbox-cases.ts` on standard input and answer them with the generated clients. */

const LINE_CHARACTERS = 1 << 16;
const PRIME = 0x0100_0193;

/** For a `vcfg.h` of a platform with a mailbox. */
export const C_MAILBOX = `
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct page {
  uint32_t number;
  uint32_t dwords[1024];
};

static struct page trapped_page = {0, {0}}, shared_page = {1, {0}};
static unsigned char left_there[2080];
static uint32_t hash, accesses;

static void mix(uint32_t value)
{
  hash = (hash ^ value) * ${PRIME}u;
}

static void seen(uint32_t is_write, const struct page *page, uint32_t offset, uint32_t value)
{
  accesses++;
  mix(is_write);
  mix(page->number);
  mix(offset);
  mix(value);
}

static uint32_t read32(struct page *page, uint32_t offset)
{
  seen(0, page, offset, page->dwords[offset / 4]);
  return page->dwords[offset / 4];
}

static void write32(struct page *page, uint32_t offset, uint32_t value)
{
  seen(1, page, offset, value);
  page->dwords[offset / 4] = value;
  if (page == &trapped_page && offset == 4)
    memcpy(shared_page.dwords + 8, left_there, sizeof left_there);
}

#define VCFG_MMIO struct page *
#define VCFG_READ32(page, offset) read32(page, offset)
#define VCFG_WRITE32(page, offset, value) write32(page, offset, value)
#include "vcfg.h"

/* Turns pairs of hex digits into bytes, as many as there are. */
static uint32_t unhex(const char *text, unsigned char *bytes)
{
  uint32_t count = 0;
  unsigned byte;
  while (sscanf(text + 2 * count, "%2x", &byte) == 1)
    bytes[count++] = (unsigned char)byte;
  return count;
}

/* Puts one word; the bytes stand in memory of exactly their length, so that a byte too many is seen. */
static void put(struct vcfg_mailbox *mailbox, const char *word)
{
  static unsigned char bytes[${LINE_CHARACTERS}];
  const uint32_t length = word[0] == 's' || word[0] == 'b' ? unhex(word + 1, bytes) : 0;
  char *exact = (char *)malloc(length + 1u);
  if (exact == NULL)
    exit(2);
  memcpy(exact, bytes, length);
  exact[length] = 0;
  if (word[0] == 'i')
    vcfg_mailbox_put_integer(mailbox, strtoull(word + 1, NULL, 16));
  else if (word[0] == 's')
    vcfg_mailbox_put_string(mailbox, exact);
  else if (word[0] == 'b')
    vcfg_mailbox_put_buffer(mailbox, exact, length);
  else if (word[0] == '[')
    vcfg_mailbox_open_package(mailbox);
  else
    vcfg_mailbox_close_package(mailbox);
  free(exact);
}

static void print(const struct vcfg_mailbox *mailbox, const struct vcfg_value *value)
{
  struct vcfg_value element;
  uint32_t at;
  if (value->type == VCFG_VALUE_PACKAGE) {
    printf("[");
    for (at = 0; vcfg_mailbox_element(mailbox, value, at, &element) == VCFG_STATUS_OK; at++) {
      putchar(',');
      print(mailbox, &element);
    }
    printf(",]");
    return;
  }
  if (value->type == VCFG_VALUE_INTEGER)
    printf("i%" PRIx64, value->integer);
  else
    putchar(value->type == VCFG_VALUE_STRING ? 's' : 'b');
  for (at = 0; value->type != VCFG_VALUE_INTEGER && at < value->size; at++)
    printf("%02x", value->bytes[at]);
}

int main(void)
{
  static char line[${LINE_CHARACTERS}];
  while (fgets(line, (int)sizeof line, stdin) != NULL) {
    struct vcfg_mailbox *mailbox = (struct vcfg_mailbox *)malloc(sizeof *mailbox);
    struct vcfg_value value;
    unsigned char uuid[16];
    enum vcfg_status status;
    char *parts[5], *word;
    int count;
    if (mailbox == NULL)
      return 2;
    line[strcspn(line, "\\n")] = 0;
    parts[0] = line;
    for (count = 1; count < 5; count++) {
      parts[count] = strchr(parts[count - 1], ' ') + 1;
      parts[count][-1] = 0;
    }
    memset(left_there, 0, sizeof left_there);
    unhex(parts[4], left_there);
    memset(shared_page.dwords, 0, sizeof shared_page.dwords);
    hash = accesses = 0;
    status = vcfg_mailbox_uuid(parts[0], uuid);
    if (status == VCFG_STATUS_OK) {
      vcfg_mailbox_begin(mailbox, uuid, strtoull(parts[1], NULL, 16), strtoull(parts[2], NULL, 16));
      for (word = parts[3][0] == '-' ? NULL : strtok(parts[3], ","); word != NULL; word = strtok(NULL, ","))
        put(mailbox, word);
      status = vcfg_mailbox_call(mailbox, &trapped_page, &shared_page, &value);
    }
    printf("%d %" PRIu32 " %" PRIx32 " ", (int)status, accesses, hash);
    if (status == VCFG_STATUS_OK)
      print(mailbox, &value);
    else
      putchar('-');
    putchar('\\n');
    free(mailbox);
  }
  return 0;
}
`;

/** For a `vcfg.rs` of a platform with a mailbox. */
export const RUST_MAILBOX = `
mod vcfg;
use std::cell::RefCell;
use std::io::BufRead;
use std::rc::Rc;
use vcfg::mailbox::{self, Argument, Error, Request, Value};

#[derive(Default)]
struct Machine {
    pages: Vec<Vec<u32>>,
    left: Vec<u8>,
    hash: u32,
    accesses: u32,
}

impl Machine {
    fn seen(&mut self, parts: [u32; 4]) {
        self.accesses += 1;
        for part in parts {
            self.hash = (self.hash ^ part).wrapping_mul(${PRIME});
        }
    }
}

struct OnePage {
    number: usize,
    machine: Rc<RefCell<Machine>>,
}

impl vcfg::Page for OnePage {
    fn read32(&self, offset_bytes: usize) -> u32 {
        let mut machine = self.machine.borrow_mut();
        let value = machine.pages[self.number][offset_bytes / 4];
        machine.seen([0, self.number as u32, offset_bytes as u32, value]);
        value
    }

    fn write32(&self, offset_bytes: usize, value: u32) {
        let mut machine = self.machine.borrow_mut();
        machine.seen([1, self.number as u32, offset_bytes as u32, value]);
        machine.pages[self.number][offset_bytes / 4] = value;
        if self.number == 0 && offset_bytes == 4 {
            for at in 0..520 {
                let dword = (0..4).rev().fold(0, |value, byte| {
                    value << 8 | u32::from(machine.left.get(at * 4 + byte).copied().unwrap_or(0))
                });
                machine.pages[1][8 + at] = dword;
            }
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

/// A value of a line, with what it borrows leaked: the program is short.
fn argument<'a>(words: &mut std::str::Split<'_, char>) -> Option<Argument<'a>> {
    let word = words.next()?;
    let bytes = || -> &'static [u8] { Box::leak(unhex(&word[1..]).into_boxed_slice()) };
    match word.as_bytes()[0] {
        b'i' => Some(Argument::Integer(u64::from_str_radix(&word[1..], 16).unwrap())),
        b's' => Some(Argument::String(Box::leak(bytes().iter().map(|byte| char::from(*byte)).collect::<String>().into_boxed_str()))),
        b'b' => Some(Argument::Buffer(bytes())),
        b'[' => {
            let mut elements = Vec::new();
            while let Some(element) = argument(words) {
                elements.push(element);
            }
            Some(Argument::Package(Box::leak(elements.into_boxed_slice())))
        }
        _ => None,
    }
}

fn print(value: Value<'_>) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{:02x}", byte)).collect::<String>();
    match value {
        Value::Integer(integer) => format!("i{:x}", integer),
        Value::String(bytes) => format!("s{}", hex(bytes)),
        Value::Buffer(bytes) => format!("b{}", hex(bytes)),
        Value::Package(elements) => {
            assert_eq!(elements.len(), elements.count());
            elements.fold(String::from("["), |text, element| text + "," + &print(element)) + ",]"
        }
    }
}

fn status(error: Error) -> u32 {
    match error {
        Error::TooLarge => 1,
        Error::TooDeep => 2,
        Error::BadString => 3,
        Error::NoResult => 6,
        Error::Malformed => 7,
    }
}

fn main() {
    // One for all calls: nothing of one may show in the next.
    let mut bytes = [0; mailbox::BYTES];
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let parts: Vec<&str> = line.split(' ').collect();
        let left = if parts[4] == "-" { Vec::new() } else { unhex(parts[4]) };
        let machine = Rc::new(RefCell::new(Machine { pages: vec![vec![0; 1024]; 2], left, ..Machine::default() }));
        let page = |number| OnePage { number, machine: Rc::clone(&machine) };
        let (trapped, shared) = (page(0), page(1));
        let (status, value) = match mailbox::uuid(parts[0]) {
            None => (4, String::from("-")),
            Some(uuid) => {
                let request = Request {
                    uuid,
                    revision: u64::from_str_radix(parts[1], 16).unwrap(),
                    function_index: u64::from_str_radix(parts[2], 16).unwrap(),
                    argument: match parts[3] {
                        "-" => Argument::Package(&[]),
                        text => argument(&mut text.split(',')).unwrap(),
                    },
                };
                match mailbox::evaluate_dsm(&trapped, &shared, &request, &mut bytes) {
                    Ok(value) => (0, print(value)),
                    Err(error) => (status(error), String::from("-")),
                }
            }
        };
        let machine = machine.borrow();
        println!("{} {} {:x} {}", status, machine.accesses, machine.hash, value);
    }
    let machine = Rc::new(RefCell::new(Machine { pages: vec![vec![5; 1024]; 1], ..Machine::default() }));
    let page = OnePage { number: 0, machine: Rc::clone(&machine) };
    assert_eq!(mailbox::pop_notification(&page), Some(5));
    mailbox::enter_low_power(&page);
    assert_eq!(machine.borrow().pages[0][0], 0);
    mailbox::leave_low_power(&page);
    assert_eq!(machine.borrow().pages[0][0], 1);
    machine.borrow_mut().pages[0][2] = 0;
    assert_eq!(mailbox::pop_notification(&page), None);
}
`;
