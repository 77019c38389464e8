import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Overwrites with zeros, in the section .nv_fatbin of an ELF library, the machine code of all GPU
 * architectures but some, so that the library compresses to a fraction. Nothing moves, so no address
 * changes; CUDA reads only the code of the architecture at hand.
 *
 * <p>The format of the section is not documented by NVIDIA. It is a sequence of containers: magic
 * number, version, size of the header (16), size of the rest; then entries: kind (2 for machine
 * code, 1 for PTX), version, size of the header, size of the payload, and at byte 28 the
 * architecture.
 *
 * <p>Arguments: the library, which is changed in place, and architectures such as 90.
 */
final class PruneArchitectures {
  private static final int CONTAINER = 0xBA55ED50;

  public static void main(String[] args) throws IOException {
    Set<Integer> kept = Stream.of(args).skip(1).map(Integer::valueOf).collect(Collectors.toSet());
    try (RandomAccessFile file = new RandomAccessFile(args[0], "rw");
        FileChannel channel = file.getChannel()) {
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      TreeMap<Integer, Long> sizes = new TreeMap<>();
      long[] section = section(bytes, ".nv_fatbin");
      prune(bytes, (int) section[0], (int) (section[0] + section[1]), kept, sizes);
      bytes.force();
      System.out.println("bytes of machine code by architecture: " + sizes + "; kept: " + kept);
      if (!sizes.keySet().containsAll(kept)) {
        throw new IOException(args[0] + " has no code for one of " + kept);
      }
    }
  }

  /** Offset and size of a section. */
  private static long[] section(ByteBuffer elf, String name) throws IOException {
    long headers = elf.getLong(0x28);
    int size = elf.getShort(0x3A);
    int count = elf.getShort(0x3C);
    long names = elf.getLong((int) headers + elf.getShort(0x3E) * size + 0x18);
    for (int i = 0; i < count; i++) {
      int header = (int) headers + i * size;
      if (text(elf, (int) names + elf.getInt(header)).equals(name)) {
        return new long[] {elf.getLong(header + 0x18), elf.getLong(header + 0x20)};
      }
    }
    throw new IOException("The library has no section " + name + ".");
  }

  private static String text(ByteBuffer elf, int from) {
    int end = from;
    while (elf.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - from];
    elf.slice(from, bytes.length).get(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static void prune(
      ByteBuffer bytes, int from, int end, Set<Integer> kept, TreeMap<Integer, Long> sizes)
      throws IOException {
    int at = from;
    while (at + 16 <= end) {
      if (bytes.getInt(at) == 0) {
        at += 8; // padding between containers
        continue;
      }
      if (bytes.getInt(at) != CONTAINER || bytes.getShort(at + 6) != 16) {
        throw new IOException("At byte " + at + " there is no container of machine code.");
      }
      int next = at + 16 + Math.toIntExact(bytes.getLong(at + 8));
      int entry = at + 16;
      while (entry < next) {
        int header = bytes.getInt(entry + 4);
        int payload = Math.toIntExact(bytes.getLong(entry + 8));
        int architecture = bytes.getInt(entry + 28);
        sizes.merge(architecture, (long) payload, Long::sum);
        if (!kept.contains(architecture)) {
          bytes.slice(entry + header, payload).put(new byte[payload]);
        }
        entry += header + payload;
      }
      at = next;
    }
  }
}
