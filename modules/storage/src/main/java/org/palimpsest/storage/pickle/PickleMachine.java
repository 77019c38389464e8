package org.palimpsest.storage.pickle;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;

/**
 * The stack machine of pickles of protocol 2, as far as tensors need it. Values are {@link String},
 * {@link Long}, {@link Double}, {@link Boolean}, {@link #NONE}, {@link Tuple}, {@link List}, {@link
 * Map}, {@link Global}, {@link Storage}, and {@link TorchTensor}; a global is a name only, and the
 * three that can be applied are functions of {@link Builder}.
 *
 * <p>Source: {@code Lib/pickletools.py} of CPython.
 */
final class PickleMachine {
  /** Python's None. */
  static final Object NONE = new Object();

  /** A tuple of Python. */
  record Tuple(List<Object> items) {}

  /** Ten times what the largest published models need: about 40 for each tensor. */
  private static final int MOST_OPERATIONS = 1 << 21;

  private static final int PROTOCOL = 2;
  private static final int LONGEST_NAME = 1000;
  private static final Object MARK = new Object();

  private final ByteBuffer pickle;
  private final Refusals refusals;
  private final Builder builder;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  PickleMachine(byte[] pickle, Refusals refusals) {
    this.pickle = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    this.refusals = refusals;
    this.builder = new Builder(refusals);
  }

  /**
   * Runs the pickle.
   *
   * @return its value
   * @throws PalimpsestException of kind INPUT if it is damaged or asks for anything else
   */
  Object run() {
    try {
      for (int i = 0; i < MOST_OPERATIONS; i++) {
        int code = pickle.get() & 0xFF;
        Opcode opcode =
            Opcode.of(code)
                .orElseThrow(
                    () -> refusals.damaged("its pickle has the unknown opcode %d".formatted(code)));
        if (opcode == Opcode.STOP) {
          return pop();
        }
        perform(opcode);
      }
    } catch (BufferUnderflowException e) {
      throw refusals.damaged("its pickle ends early", e);
    }
    throw refusals.damaged("its pickle has more than " + MOST_OPERATIONS + " operations");
  }

  private void perform(Opcode opcode) {
    switch (opcode) {
      case PROTO -> requireProtocol(pickle.get());
      case MARK -> stack.add(MARK);
      case POP -> pop();
      case NONE -> stack.add(NONE);
      case NEWTRUE -> stack.add(true);
      case NEWFALSE -> stack.add(false);
      case BININT -> stack.add((long) pickle.getInt());
      case BININT1 -> stack.add((long) unsignedByte());
      case BININT2 -> stack.add((long) (pickle.getShort() & 0xFFFF));
      case LONG1 -> stack.add(whole(unsignedByte()));
      case BINFLOAT -> stack.add(Double.longBitsToDouble(Long.reverseBytes(pickle.getLong())));
      case BINUNICODE, BINSTRING -> stack.add(text(pickle.getInt()));
      case SHORT_BINSTRING -> stack.add(text(unsignedByte()));
      case EMPTY_TUPLE -> stack.add(new Tuple(List.of()));
      case TUPLE1 -> stack.add(new Tuple(popped(1)));
      case TUPLE2 -> stack.add(new Tuple(popped(2)));
      case TUPLE3 -> stack.add(new Tuple(popped(3)));
      case TUPLE -> stack.add(new Tuple(poppedToMark()));
      case EMPTY_LIST -> stack.add(new ArrayList<>(0));
      case LIST -> stack.add(poppedToMark());
      case APPEND -> append(popped(1));
      case APPENDS -> append(poppedToMark());
      case EMPTY_DICT -> stack.add(new LinkedHashMap<>(1));
      case DICT -> set(poppedToMark(), new LinkedHashMap<>());
      case SETITEM -> set(popped(2));
      case SETITEMS -> set(poppedToMark());
      case BINPUT -> memo.put((long) unsignedByte(), top());
      case LONG_BINPUT -> memo.put(unsignedInt(), top());
      case BINGET -> stack.add(remembered(unsignedByte()));
      case LONG_BINGET -> stack.add(remembered(unsignedInt()));
      case GLOBAL -> stack.add(global());
      case BINPERSID -> stack.add(builder.storage(pop()));
      case REDUCE -> {
        List<Object> call = popped(2);
        stack.add(builder.applied(call.get(0), call.get(1)));
      }
      case BUILD -> builder.requireAttributes(popped(1).get(0), top());
      default -> throw refusals.forbidden("uses the opcode " + opcode + ", which no tensor needs");
    }
  }

  private void requireProtocol(int protocol) {
    if (protocol != PROTOCOL) {
      throw refusals.forbidden(
          "is written in pickle protocol " + protocol + ", not in 2, torch.save's own");
    }
  }

  private int unsignedByte() {
    return pickle.get() & 0xFF;
  }

  private long unsignedInt() {
    return Integer.toUnsignedLong(pickle.getInt());
  }

  /** A whole number of some bytes, the lowest first, the highest with the sign. */
  private long whole(int bytes) {
    if (bytes > Long.BYTES) {
      throw refusals.damaged("its pickle has a whole number of " + bytes + " bytes");
    }
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= (long) unsignedByte() << (Byte.SIZE * i);
    }
    int unused = Long.SIZE - Byte.SIZE * bytes;
    return bytes == 0 ? 0 : number << unused >> unused;
  }

  private String text(int length) {
    if (length < 0 || length > pickle.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    pickle.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Global global() {
    String module = line();
    String name = line();
    return Global.named(module, name)
        .orElseThrow(
            () ->
                refusals.forbidden(
                    "names the global "
                        + Reason.quoted(module + "." + name)
                        + ", which could run code"));
  }

  private String line() {
    int begin = pickle.position();
    while (pickle.get() != '\n') {
      if (pickle.position() - begin > LONGEST_NAME) {
        throw refusals.damaged("its pickle has a global whose name is too long");
      }
    }
    int length = pickle.position() - 1 - begin;
    return new String(pickle.array(), begin, length, StandardCharsets.UTF_8);
  }

  private Object remembered(long place) {
    Object value = memo.get(place);
    if (value == null) {
      throw refusals.damaged("its pickle recalls what it never stored");
    }
    return value;
  }

  private Object top() {
    return value(stack.isEmpty() ? MARK : stack.get(stack.size() - 1));
  }

  private Object pop() {
    return value(stack.isEmpty() ? MARK : stack.remove(stack.size() - 1));
  }

  /** A mark is no value. */
  private Object value(Object top) {
    if (top == MARK) {
      throw refusals.damaged("its pickle lacks a value");
    }
    return top;
  }

  private List<Object> popped(int count) {
    Object[] values = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      values[i] = pop();
    }
    return List.of(values);
  }

  private List<Object> poppedToMark() {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw refusals.damaged("its pickle lacks a mark");
    }
    List<Object> values = new ArrayList<>(stack.subList(mark + 1, stack.size()));
    stack.subList(mark, stack.size()).clear();
    return values;
  }

  @SuppressWarnings("unchecked") // Every list was made here.
  private void append(List<Object> values) {
    if (!(top() instanceof List<?> list)) {
      throw refusals.damaged("its pickle appends to what is no list");
    }
    ((List<Object>) list).addAll(values);
  }

  @SuppressWarnings("unchecked") // Every map was made here.
  private void set(List<Object> items) {
    if (!(top() instanceof Map<?, ?> map)) {
      throw refusals.damaged("its pickle sets an item of what is no dictionary");
    }
    put(items, (Map<Object, Object>) map);
  }

  private void set(List<Object> items, Map<Object, Object> into) {
    put(items, into);
    stack.add(into);
  }

  /** Other keys than texts and numbers could contain themselves. */
  private void put(List<Object> items, Map<Object, Object> into) {
    if (items.size() % 2 != 0) {
      throw refusals.damaged("its pickle has a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      if (!(items.get(i) instanceof String) && !(items.get(i) instanceof Long)) {
        throw refusals.forbidden("has a key that is neither a text nor a whole number");
      }
      into.put(items.get(i), items.get(i + 1));
    }
  }
}
