package org.palimpsest.storage.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.bytes.ByteSource;

/**
 * A dictionary of tensors that {@code torch.save} wrote, as {@code pytorch_model.bin} is one. Only
 * its pickle is held in memory.
 */
public final class TorchFile {
  private static final String PICKLE = "data.pkl";
  private static final String BYTE_ORDER = "byteorder";

  /** The pickle of a thousand tensors has 100 kB. */
  private static final int LONGEST_PICKLE = 1 << 25;

  private static final int LONGEST_BYTE_ORDER = 16;

  /** What archives begin with. */
  private static final int ARCHIVE = 0x04034b50;

  /** What pickles begin with. */
  private static final byte BARE_PICKLE = (byte) 0x80;

  private final ByteSource source;
  private final Refusals refusals;
  private final ZipDirectory directory;
  private final String root;
  private final ByteOrder order;
  private final Map<String, TorchTensor> tensors;
  private final Map<String, Long> begins = new HashMap<>();

  private TorchFile(ByteSource source, Refusals refusals) throws IOException {
    this.source = source;
    this.refusals = refusals;
    directory = ZipDirectory.read(source, refusals);
    root = root();
    order = readOrder();
    tensors = tensors(new PickleMachine(content(PICKLE, LONGEST_PICKLE), refusals).run());
  }

  /**
   * Reads directory and pickle.
   *
   * @param file how messages call the file
   * @throws PalimpsestException of kind INPUT if the file is damaged, or could run code
   */
  public static TorchFile open(ByteSource source, String file) throws IOException {
    Refusals refusals = new Refusals(file);
    ByteBuffer first = source.at(0, (int) Math.min(Integer.BYTES, source.size()));
    if (first.remaining() == Integer.BYTES && first.getInt(0) == ARCHIVE) {
      return new TorchFile(source, refusals);
    }
    if (first.hasRemaining() && first.get(0) == BARE_PICKLE) {
      throw refusals.old();
    }
    throw refusals.damaged("it does not begin as an archive");
  }

  /** The tensors by their names, in the order of their bytes. */
  public Map<String, TorchTensor> tensors() {
    return tensors;
  }

  /** The order of the bytes of each number. */
  public ByteOrder order() {
    return order;
  }

  /** Where the first element of a tensor lies in the file. */
  public long begin(TorchTensor tensor) throws IOException {
    Storage storage = tensor.storage();
    Long begin = begins.get(storage.key());
    if (begin == null) {
      begin = directory.begin(entry(storage));
      begins.put(storage.key(), begin);
    }
    return begin + tensor.offset() * storage.type().bytes();
  }

  /** The folder of the archive in which everything lies. */
  private String root() {
    List<String> pickles =
        directory.entries().keySet().stream()
            .filter(name -> name.endsWith("/" + PICKLE))
            .filter(name -> name.indexOf('/') == name.lastIndexOf('/'))
            .toList();
    if (pickles.size() != 1) {
      throw refusals.damaged("it has " + pickles.size() + " entries " + PICKLE + " instead of one");
    }
    return pickles.get(0).substring(0, pickles.get(0).lastIndexOf('/') + 1);
  }

  private byte[] content(String name, int longest) throws IOException {
    ZipDirectory.Entry entry = directory.find(root + name).orElseThrow();
    if (entry.size() > longest) {
      throw refusals.damaged("its " + name + " has more than " + longest + " bytes");
    }
    long begin = directory.begin(entry);
    byte[] content = new byte[(int) entry.size()];
    source.at(begin, content.length).get(content);
    return content;
  }

  /** Files of older versions do not say it, and are little-endian. */
  private ByteOrder readOrder() throws IOException {
    if (directory.find(root + BYTE_ORDER).isEmpty()) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String name = new String(content(BYTE_ORDER, LONGEST_BYTE_ORDER), StandardCharsets.UTF_8);
    return switch (name) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw refusals.damaged(
              "its byteorder is '" + Reason.quoted(name) + "', not little or big");
    };
  }

  private Map<String, TorchTensor> tensors(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw refusals.damaged("it holds no dictionary of tensors");
    }
    Map<String, TorchTensor> found = new HashMap<>();
    Map<String, Long> places = new HashMap<>();
    map.forEach(
        (key, item) -> {
          if (!(key instanceof String name) || !(item instanceof TorchTensor tensor)) {
            throw refusals.damaged(
                "its '"
                    + Reason.quoted(key.toString())
                    + "' is no tensor, but everything in"
                    + " it must be one");
          }
          found.put(name, tensor);
          places.put(name, entry(tensor.storage()).header());
        });
    Map<String, TorchTensor> sorted = new LinkedHashMap<>();
    found.keySet().stream()
        .sorted(
            Comparator.<String>comparingLong(places::get)
                .thenComparing(name -> found.get(name).offset())
                .thenComparing(Comparator.naturalOrder()))
        .forEach(name -> sorted.put(name, found.get(name)));
    return sorted;
  }

  /** The entry of a storage, which must be as large as the pickle says. */
  private ZipDirectory.Entry entry(Storage storage) {
    String name = "data/" + storage.key();
    ZipDirectory.Entry entry =
        directory
            .find(root + name)
            .orElseThrow(() -> refusals.damaged("it lacks " + Reason.quoted(name)));
    int bytes = storage.type().bytes();
    if (entry.size() % bytes != 0 || entry.size() / bytes != storage.size()) {
      throw refusals.damaged(
          "its "
              + Reason.quoted(name)
              + " has "
              + entry.size()
              + " bytes, but should hold "
              + storage.size()
              + " numbers of "
              + bytes
              + " bytes");
    }
    return entry;
  }
}
