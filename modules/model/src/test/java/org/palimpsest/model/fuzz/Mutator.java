package org.palimpsest.model.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Damages valid files. Every mutant is a function of the valid file and a seed.
 *
 * <p>Half of the mutants of a text have other tokens: a number, a string, or a whole object becomes
 * something that a reader may not expect. The others have other bytes.
 */
public final class Mutator {
  private static final int MOST_CHANGES = 4;
  private static final int LONG = 20_000;

  /** Numbers, strings, words, brackets and other signs of JSON and HOCON. */
  private static final Pattern TOKEN =
      Pattern.compile("\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|[-+.\\w]+|[\\[\\]{}]|\\S");

  private static final String[] UNEXPECTED = {
    "0",
    "-1",
    "1",
    "2",
    "255",
    "65536",
    "16777216",
    "2147483647",
    "2147483648",
    "-2147483649",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "1e400",
    "-1e400",
    "0.5",
    "1e-400",
    "NaN",
    "Infinity",
    "-0",
    "00",
    "null",
    "true",
    "false",
    "\"\"",
    "\"x\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"a.b\"",
    "\"\\n\"",
    "\"../../x\"",
    "\"${HOME}\"",
    "${HOME}",
    "{}",
    "[]",
    "[[]]",
    "{\"a\":1}",
    "[null]",
    "include \"x\"",
    ",",
    ":",
    "}",
    "]",
  };

  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    127,
    255,
    256,
    65535,
    65536,
    1 << 24,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 7,
  };

  private final Random random;

  private Mutator(long seed) {
    random = new Random(seed);
  }

  /** A damaged text, such as JSON. */
  public static byte[] text(byte[] valid, long seed) {
    Mutator mutator = new Mutator(seed);
    return mutator.random.nextBoolean() ? mutator.otherTokens(valid) : mutator.otherBytes(valid);
  }

  /** A damaged file of numbers. */
  public static byte[] binary(byte[] valid, long seed) {
    return new Mutator(seed).otherBytes(valid);
  }

  private byte[] otherTokens(byte[] valid) {
    String text = new String(valid, StandardCharsets.UTF_8);
    for (int i = random.nextInt(MOST_CHANGES); i >= 0; i--) {
      text = otherToken(text);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String otherToken(String text) {
    List<int[]> tokens = new ArrayList<>();
    for (Matcher token = TOKEN.matcher(text); token.find(); ) {
      tokens.add(new int[] {token.start(), token.end()});
    }
    if (tokens.isEmpty()) {
      return unexpected();
    }
    int[] chosen = tokens.get(random.nextInt(tokens.size()));
    int end = random.nextBoolean() ? closing(text, chosen) : chosen[1];
    int[] other = tokens.get(random.nextInt(tokens.size()));
    String replacement =
        switch (random.nextInt(8)) {
          case 0 -> text.substring(other[0], other[1]);
          case 1 -> "";
          case 2 -> text.substring(chosen[0], end) + "," + text.substring(chosen[0], end);
          case 3 -> longValue();
          default -> unexpected();
        };
    return text.substring(0, chosen[0]) + replacement + text.substring(end);
  }

  private String unexpected() {
    return UNEXPECTED[random.nextInt(UNEXPECTED.length)];
  }

  private String longValue() {
    int count = 1 + random.nextInt(LONG);
    return switch (random.nextInt(4)) {
      case 0 -> "[".repeat(count);
      case 1 -> "\"" + "x".repeat(count) + "\"";
      case 2 -> "9".repeat(count);
      default -> "{\"a\":".repeat(count);
    };
  }

  /** The end of what a bracket opens; of another token, its own end. */
  private static int closing(String text, int[] token) {
    int depth = 0;
    for (int at = token[0]; at < text.length(); at++) {
      char sign = text.charAt(at);
      if (sign == '{' || sign == '[') {
        depth++;
      } else if (sign == '}' || sign == ']') {
        depth--;
      }
      if (depth <= 0) {
        return Math.max(at + 1, token[1]);
      }
    }
    return token[1];
  }

  private byte[] otherBytes(byte[] valid) {
    byte[] bytes = valid;
    for (int i = random.nextInt(MOST_CHANGES); i >= 0; i--) {
      bytes = otherByte(bytes);
    }
    return bytes;
  }

  private byte[] otherByte(byte[] valid) {
    if (valid.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    byte[] bytes = valid.clone();
    // Headers and footers decide most.
    int at =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(Math.min(64, bytes.length));
          case 1 -> bytes.length - 1 - random.nextInt(Math.min(64, bytes.length));
          default -> random.nextInt(bytes.length);
        };
    int length = Math.min(bytes.length - at, 1 + random.nextInt(1 + random.nextInt(256)));
    switch (random.nextInt(9)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2, 3 -> number(bytes, at);
      case 4 -> {
        return joined(bytes, at, new byte[0], bytes.length);
      }
      case 5 -> {
        return joined(bytes, at, new byte[0], at + length);
      }
      case 6 -> {
        return joined(
            bytes, at + length, java.util.Arrays.copyOfRange(bytes, at, at + length), at + length);
      }
      case 7 -> java.util.Arrays.fill(bytes, at, at + length, (byte) 0);
      default -> {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return joined(bytes, at, noise, random.nextBoolean() ? at : at + length);
      }
    }
    return bytes;
  }

  private void number(byte[] bytes, int at) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    if (random.nextBoolean() && bytes.length - at >= Long.BYTES) {
      buffer.putLong(at, number);
    } else if (bytes.length - at >= Integer.BYTES) {
      buffer.putInt(at, (int) number);
    }
  }

  /** Bytes with everything from {@code from} to {@code to} replaced. */
  private static byte[] joined(byte[] bytes, int from, byte[] middle, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(middle);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
