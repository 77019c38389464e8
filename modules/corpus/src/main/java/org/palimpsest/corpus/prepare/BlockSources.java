package org.palimpsest.corpus.prepare;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.Secrets;

/**
 * The names of the sources of each block of a lane, in the order of its rows, from which text that
 * is withdrawn is found. Numbers have 7 bits per byte. A block is the number of its sources and for
 * each source its number among the names known so far, from 1; or 0, and the name follows with its
 * number of bytes, in UTF-8. All names are forgotten after a block when they are many, so reading
 * and writing take constant memory.
 */
final class BlockSources {
  static final String SUFFIX = ".sources";

  private static final int MOST_NAMES = 1 << 16;
  private static final int LONGEST_NAME = 1 << 20;
  private static final int BITS = 7;
  private static final int MORE = 1 << BITS;

  private BlockSources() {}

  /** Writes the sources of one block after the other. */
  static final class Writer {
    private final DataOutputStream out;
    private final Map<String, Integer> numbers = new HashMap<>();

    Writer(OutputStream out) {
      this.out = new DataOutputStream(out);
    }

    void add(Collection<String> sources) throws IOException {
      put(sources.size());
      for (String source : sources) {
        Integer number = numbers.putIfAbsent(source, numbers.size() + 1);
        put(number == null ? 0 : number);
        if (number == null) {
          byte[] name = Secrets.redacted(source).getBytes(StandardCharsets.UTF_8);
          put(name.length);
          out.write(name);
        }
      }
      if (numbers.size() >= MOST_NAMES) {
        numbers.clear();
      }
    }

    private void put(int value) throws IOException {
      int left = value;
      while (left >>> BITS != 0) {
        out.write((left & (MORE - 1)) | MORE);
        left >>>= BITS;
      }
      out.write(left);
    }
  }

  /** Reads the sources of one block after the other. */
  static final class Reader implements AutoCloseable {
    private final DataInputStream in;
    private final List<String> names = new ArrayList<>();

    Reader(InputStream in) {
      this.in = new DataInputStream(new BufferedInputStream(in, 1 << 16));
    }

    /**
     * Returns the sources of the next block.
     *
     * @throws IOException if the file is damaged, or has no more blocks
     */
    List<String> next() throws IOException {
      int count = get();
      List<String> sources = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = get();
        if (number > names.size()) {
          throw new IOException("a block has a source without a name");
        }
        sources.add(number == 0 ? newName() : names.get(number - 1));
      }
      if (names.size() >= MOST_NAMES) {
        names.clear();
      }
      return sources;
    }

    private String newName() throws IOException {
      int length = get();
      if (length > LONGEST_NAME) {
        throw new IOException("the name of a source is too long");
      }
      String name = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      names.add(name);
      return name;
    }

    private int get() throws IOException {
      int value = 0;
      for (int shift = 0; shift < Integer.SIZE; shift += BITS) {
        int part = in.read();
        if (part < 0) {
          throw new EOFException("it has fewer blocks than its lane");
        }
        value |= (part & (MORE - 1)) << shift;
        if (part < MORE) {
          return value;
        }
      }
      throw new IOException("a number is too long");
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
