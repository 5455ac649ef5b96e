import type { Op, Term } from '../../aml/index.js';
import { fail } from '../objects/fault.js';
import { AmlNode } from '../objects/node.js';
import {
  AmlEvent,
  AmlMutex,
  type Body,
  type Completion,
  DdbHandle,
  DONE,
  type Frame,
  TYPE,
  type Value,
} from '../objects/objects.js';
import { emptySlot, invoked, nodeIn, placeOf, slotOf } from './references.js';
import { type Compiler, type Evaluate, truth } from './types.js';

/** An If and the Else after it. */
export function conditional(compiler: Compiler, { operands }: Op<'If'>, otherwise: Op<'Else'> | undefined): Body {
  const test = compiler.predicate(operands[0]);
  const yes = compiler.body(operands[1]);
  if (otherwise === undefined) return (frame) => (test(frame) ? yes(frame) : DONE.normal);
  const no = compiler.body(otherwise.operands[0]);
  return (frame) => (test(frame) ? yes(frame) : no(frame));
}

function loop(compiler: Compiler, { operands }: Op<'While'>): Body {
  const { machine } = compiler;
  const test = compiler.predicate(operands[0]);
  const body = compiler.body(operands[1]);
  const slot = slotOf(operands[0]) ?? -1;
  return (frame) => {
    const { slots } = frame;
    const { slept } = machine;
    machine.enterLoop();
    try {
      for (;;) {
        const value = slot >= 0 ? slots[slot] : undefined;
        if (!(typeof value === 'number' ? value !== 0 : test(frame))) return DONE.normal;
        // Looks at the clock too.
        if (--machine.fuel < 0) machine.refuel();
        if (machine.slept !== slept) machine.checkLoop();
        const ended = body(frame);
        if (ended === DONE.normal || ended === DONE.continue) continue;
        return ended === DONE.break ? DONE.normal : ended;
      }
    } finally {
      machine.leaveLoop();
    }
  };
}

function returns(compiler: Compiler, { operands }: Op<'Return'>): Body {
  const value = compiler.result(operands[0]);
  return (frame) => {
    frame.result = value(frame);
    return DONE.return;
  };
}

const ends = (completion: Completion) => (): Body => () => completion;

/** A statement of which only the effect counts. */
const effect =
  (act: (frame: Frame) => void): Body =>
  (frame) => {
    act(frame);
    return DONE.normal;
  };

function notify(compiler: Compiler, { operands }: Op<'Notify'>): Body {
  const { machine } = compiler;
  const { host, semantics } = machine;
  const [term] = operands;
  const node = semantics === 'windows' ? nodeIn(compiler, term) : placeOf(compiler, term);
  // Deviates: ACPICA notifies what a name names, not what a Local, an Arg or a package element holds.
  const takesAny = semantics === 'windows' || slotOf(term) === undefined;
  const value = compiler.integer(operands[1]);
  return effect((frame) => {
    const target = takesAny ? invoked(machine, node(frame)) : undefined;
    if (!(target instanceof AmlNode))
      fail('AE_AML_OPERAND_TYPE', 'Notify takes the name of a Device, Processor or ThermalZone.');
    const type = target.objectType;
    if (type !== TYPE.device && type !== TYPE.processor && type !== TYPE.thermalZone)
      fail('AE_AML_OPERAND_TYPE', `${target.path} cannot be notified: it is not a Device, Processor or ThermalZone.`);
    host.notify(target.path, BigInt(value(frame)));
  });
}

function mutexIn(compiler: Compiler, term: Term): (frame: Frame) => { mutex: AmlMutex; path: string } {
  const node = nodeIn(compiler, term);
  return (frame) => {
    const found = node(frame);
    if (!(found.object instanceof AmlMutex)) fail('AE_AML_OPERAND_TYPE', `${found.path} is not a Mutex.`);
    return { mutex: found.object, path: found.path };
  };
}

function eventIn(compiler: Compiler, term: Term): (frame: Frame) => AmlEvent {
  const node = nodeIn(compiler, term);
  return (frame) => {
    const found = node(frame);
    if (!(found.object instanceof AmlEvent)) fail('AE_AML_OPERAND_TYPE', `${found.path} is not an Event.`);
    return found.object;
  };
}

const GLOBAL_LOCK = '\\_GL_';

function acquire(compiler: Compiler, { operands }: Op<'Acquire'>): Evaluate {
  const { machine } = compiler;
  const find = mutexIn(compiler, operands[0]);
  return (frame) => {
    const { mutex, path } = find(frame);
    machine.acquire(mutex, path);
    if (path === GLOBAL_LOCK) machine.lock();
    return 0;
  };
}

function release(compiler: Compiler, { operands }: Op<'Release'>): Body {
  const { machine } = compiler;
  const find = mutexIn(compiler, operands[0]);
  return effect((frame) => {
    const { mutex, path } = find(frame);
    machine.release(mutex, path);
    if (path === GLOBAL_LOCK) machine.unlock();
  });
}

/** A wait without end. ACPI 6.5 §19.6.151 */
const FOREVER = 0xffff;

function wait(compiler: Compiler, { operands }: Op<'Wait'>): Evaluate {
  const { machine } = compiler;
  const find = eventIn(compiler, operands[0]);
  const timeout = compiler.integer(operands[1]);
  return (frame) => {
    const event = find(frame);
    const milliseconds = timeout(frame);
    if (event.signals > 0) {
      event.signals--;
      return 0;
    }
    if (milliseconds >= FOREVER) fail('AE_TIME', 'Wait would never end: nothing runs beside it that could signal.');
    machine.sleep(Number(milliseconds));
    return truth(machine, true);
  };
}

/** Longest Sleep and Stall; ACPICA has these too. */
const MOST_SLEEP_MILLISECONDS = 2000;
const MOST_STALL_MICROSECONDS = 255;

function sleep(compiler: Compiler, { operands }: Op<'Sleep'>): Body {
  const { machine } = compiler;
  const time = compiler.integer(operands[0]);
  return effect((frame) => machine.sleep(Math.min(Number(time(frame)), MOST_SLEEP_MILLISECONDS)));
}

function stall(compiler: Compiler, { operands }: Op<'Stall'>): Body {
  const { machine } = compiler;
  const time = compiler.integer(operands[0]);
  return effect((frame) => {
    const microseconds = time(frame);
    if (microseconds > MOST_STALL_MICROSECONDS)
      fail('AE_AML_OPERAND_VALUE', `Stall takes up to ${MOST_STALL_MICROSECONDS} microseconds, not ${microseconds}.`);
    machine.slept += Number(microseconds) / 1000;
    machine.host.stall(Number(microseconds));
  });
}

function fatal(compiler: Compiler, { operands }: Op<'Fatal'>): Body {
  const { host } = compiler.machine;
  const [type, code, term] = operands;
  const argument = compiler.integer(term);
  return effect((frame) => host.fatal(type, code, BigInt(argument(frame))));
}

function unload(compiler: Compiler, { operands }: Op<'Unload'>): Body {
  const { machine } = compiler;
  const slot = slotOf(operands[0]);
  const place = compiler.place(operands[0]);
  return effect((frame) => {
    let handle: Value | undefined = place(frame);
    if (handle === undefined && slot !== undefined) emptySlot(slot);
    handle = invoked(machine, handle);
    if (handle instanceof AmlNode) handle = handle.object as Value;
    if (handle instanceof DdbHandle && machine.tables[handle.table]?.isLoaded) machine.unloadTable(handle.table);
    else fail('AE_AML_OPERAND_TYPE', 'Unload takes what Load or LoadTable gave, and once.');
  });
}

/** Statements without a value. */
export const STATEMENTS = {
  If: (compiler: Compiler, term: Op<'If'>): Body => conditional(compiler, term, undefined),
  // An Else without an If is skipped, as ACPICA does.
  Else: ends(DONE.normal),
  While: loop,
  Noop: ends(DONE.normal),
  Return: returns,
  Break: ends(DONE.break),
  Continue: ends(DONE.continue),
  BreakPoint: ends(DONE.normal),
  Notify: notify,
  Stall: stall,
  Sleep: sleep,
  Signal(compiler: Compiler, { operands }: Op<'Signal'>): Body {
    const find = eventIn(compiler, operands[0]);
    return effect((frame) => {
      find(frame).signals++;
    });
  },
  Reset(compiler: Compiler, { operands }: Op<'Reset'>): Body {
    const find = eventIn(compiler, operands[0]);
    return effect((frame) => {
      find(frame).signals = 0;
    });
  },
  Release: release,
  Unload: unload,
  Fatal: fatal,
};

/** Synchronisation and time as values. */
export const WAITING = {
  Acquire: acquire,
  Wait: wait,
  Timer:
    ({ machine }: Compiler): Evaluate =>
    () =>
      machine.arithmetic.cut(machine.timer()),
};
