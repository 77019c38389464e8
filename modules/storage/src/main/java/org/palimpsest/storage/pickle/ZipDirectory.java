package org.palimpsest.storage.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.bytes.ByteSource;

/**
 * The directory of a zip archive whose entries are not compressed, read from its end; the entries
 * themselves stay where they are. Archives larger than 4 GiB (zip64) are read too. Checksums are
 * not compared: {@code torch.save} can be told to write none.
 *
 * <p>Source: PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3.
 */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int EXTRA_64 = 1;
  private static final long IN_EXTRA = 0xFFFFFFFFL;
  private static final int ENCRYPTED = 1;

  /** 100,000 entries have about 10 MB. */
  private static final long LONGEST_DIRECTORY = 1 << 25;

  /**
   * An entry.
   *
   * @param header where its own header begins
   * @param size of the stored bytes
   * @param stored whether these are the content itself, neither compressed nor encrypted
   */
  record Entry(String name, long header, long size, boolean stored) {}

  private final ByteSource source;
  private final Refusals refusals;
  private final Map<String, Entry> entries = new HashMap<>();

  private ZipDirectory(ByteSource source, Refusals refusals) {
    this.source = source;
    this.refusals = refusals;
  }

  static ZipDirectory read(ByteSource source, Refusals refusals) throws IOException {
    ZipDirectory directory = new ZipDirectory(source, refusals);
    directory.read();
    return directory;
  }

  Map<String, Entry> entries() {
    return entries;
  }

  Optional<Entry> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** Where the content of an entry begins. */
  long begin(Entry entry) throws IOException {
    if (!entry.stored()) {
      throw refusals.damaged("its " + Reason.quoted(entry.name()) + " is compressed or encrypted");
    }
    requireInside(entry.header(), LOCAL_BYTES);
    ByteBuffer local = source.at(entry.header(), LOCAL_BYTES);
    if (local.getInt(0) != LOCAL) {
      throw refusals.damaged("its directory names a place where no entry is");
    }
    int names = unsigned(local.getShort(26)) + unsigned(local.getShort(28));
    long begin = entry.header() + LOCAL_BYTES + names;
    requireInside(begin, entry.size());
    return begin;
  }

  private void requireInside(long begin, long size) {
    if (begin < 0 || size < 0 || begin > source.size() - size) {
      throw refusals.damaged("its directory names a place outside of the file");
    }
  }

  private void read() throws IOException {
    int length = (int) Math.min(source.size(), END_BYTES + LONGEST_COMMENT);
    long from = source.size() - length;
    ByteBuffer tail = source.at(from, length);
    int end = length - END_BYTES;
    while (end >= 0 && !(tail.getInt(end) == END && commentFits(tail, end))) {
      end--;
    }
    if (end < 0) {
      throw refusals.damaged("it has no directory at its end");
    }
    long size = Integer.toUnsignedLong(tail.getInt(end + 12));
    long begin = Integer.toUnsignedLong(tail.getInt(end + 16));
    if (end >= LOCATOR_64_BYTES && tail.getInt(end - LOCATOR_64_BYTES) == LOCATOR_64) {
      long place = tail.getLong(end - LOCATOR_64_BYTES + 8);
      requireInside(place, END_64_BYTES);
      ByteBuffer large = source.at(place, END_64_BYTES);
      if (large.getInt(0) != END_64) {
        throw refusals.damaged("it has no directory at its end");
      }
      size = large.getLong(40);
      begin = large.getLong(48);
    }
    requireInside(begin, size);
    if (size > LONGEST_DIRECTORY) {
      throw refusals.damaged("its directory has more than " + LONGEST_DIRECTORY + " bytes");
    }
    byte[] directory = new byte[(int) size];
    source.at(begin, directory.length).get(directory);
    readEntries(ByteBuffer.wrap(directory).order(ByteOrder.LITTLE_ENDIAN));
  }

  private static boolean commentFits(ByteBuffer tail, int end) {
    return unsigned(tail.getShort(end + 20)) == tail.limit() - end - END_BYTES;
  }

  private static int unsigned(short value) {
    return value & 0xFFFF;
  }

  private void readEntries(ByteBuffer directory) {
    while (directory.remaining() >= ENTRY_BYTES) {
      int at = directory.position();
      int name = unsigned(directory.getShort(at + 28));
      int extra = unsigned(directory.getShort(at + 30));
      int comment = unsigned(directory.getShort(at + 32));
      int length = ENTRY_BYTES + name + extra + comment;
      if (directory.getInt(at) != ENTRY || length > directory.remaining()) {
        break;
      }
      add(directory.slice(at, length).order(ByteOrder.LITTLE_ENDIAN), name, extra);
      directory.position(at + length);
    }
    if (directory.hasRemaining()) {
      throw refusals.damaged("its directory is damaged");
    }
  }

  private void add(ByteBuffer entry, int nameBytes, int extraBytes) {
    byte[] bytes = new byte[nameBytes];
    entry.get(ENTRY_BYTES, bytes);
    String name = new String(bytes, StandardCharsets.UTF_8);
    boolean encrypted = (entry.getShort(8) & ENCRYPTED) != 0;
    boolean compressed = entry.getShort(10) != 0;
    Large large = new Large(entry.slice(ENTRY_BYTES + nameBytes, extraBytes));
    long whole = large.or(entry.getInt(24));
    long size = large.or(entry.getInt(20));
    long header = large.or(entry.getInt(42));
    boolean stored = !encrypted && !compressed && size == whole;
    if (entries.put(name, new Entry(name, header, size, stored)) != null) {
      throw refusals.damaged("it has the entry " + Reason.quoted(name) + " twice");
    }
  }

  /** The numbers of an entry that do not fit 32 bits, in the order in which they are missing. */
  private final class Large {
    private final ByteBuffer numbers;

    Large(ByteBuffer extra) {
      ByteBuffer found = ByteBuffer.allocate(0);
      ByteBuffer rest = extra.order(ByteOrder.LITTLE_ENDIAN);
      while (rest.remaining() >= 4) {
        int id = unsigned(rest.getShort());
        int size = Math.min(unsigned(rest.getShort()), rest.remaining());
        if (id == EXTRA_64) {
          found = rest.slice(rest.position(), size);
        }
        rest.position(rest.position() + size);
      }
      numbers = found.order(ByteOrder.LITTLE_ENDIAN);
    }

    long or(int small) {
      long number = Integer.toUnsignedLong(small);
      if (number != IN_EXTRA) {
        return number;
      }
      if (numbers.remaining() < Long.BYTES) {
        throw refusals.damaged("its directory is damaged");
      }
      return numbers.getLong();
    }
  }
}
