package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.palimpsest.base.PalimpsestException;

/**
 * The header of a safetensors file: eight bytes of length (little-endian), then JSON. It is checked
 * before anything is believed, for the file may come from anywhere.
 *
 * @param bytes where the data begin
 * @param entries the tensors in the order of their bytes
 */
record SafetensorsHeader(long bytes, List<TensorEntry> entries) {
  static final int LENGTH_BYTES = 8;

  /** The format's own limit. */
  private static final long LONGEST = 100_000_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * Reads and checks a header.
   *
   * @param file how messages call the file
   */
  static SafetensorsHeader read(ByteSource source, String file) throws IOException {
    long size = source.size();
    long length = size < LENGTH_BYTES ? -1 : source.at(0, LENGTH_BYTES).getLong();
    if (length < 2 || length > LONGEST || length > size - LENGTH_BYTES) {
      throw damaged(file, "it does not begin with the length of a header");
    }
    byte[] header = new byte[(int) length];
    source.at(LENGTH_BYTES, header.length).get(header);
    JsonNode tree = parse(header, file);
    List<TensorEntry> entries = new ArrayList<>();
    tree.properties().stream()
        .filter(property -> !property.getKey().equals("__metadata__"))
        .forEach(property -> entries.add(entry(property.getKey(), property.getValue(), file)));
    entries.sort(Comparator.comparingLong(TensorEntry::begin).thenComparing(TensorEntry::end));
    refuseGapsAndOverlaps(entries, size - LENGTH_BYTES - length, file);
    return new SafetensorsHeader(LENGTH_BYTES + length, List.copyOf(entries));
  }

  private static JsonNode parse(byte[] header, String file) throws IOException {
    try {
      JsonNode tree = JSON.readTree(new String(header, StandardCharsets.UTF_8));
      if (tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT, sentence(file, "its header is not JSON"), e);
    }
    throw damaged(file, "its header is not a JSON object");
  }

  private static TensorEntry entry(String name, JsonNode node, String file) {
    String stated = node.path("dtype").asText();
    Dtype dtype =
        Dtype.named(stated)
            .orElseThrow(
                () -> damaged(file, "tensor " + name + " has the unknown dtype '" + stated + "'"));
    JsonNode offsets = node.path("data_offsets");
    if (!node.path("shape").isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw damaged(file, "tensor " + name + " lacks shape or data_offsets");
    }
    List<Long> shape = new ArrayList<>();
    for (JsonNode dimension : node.path("shape")) {
      shape.add(whole(dimension, name, file));
    }
    long begin = whole(offsets.get(0), name, file);
    long end = whole(offsets.get(1), name, file);
    if (bytes(shape, dtype, name, file) != end - begin) {
      throw damaged(file, "the bytes of tensor " + name + " do not fit its shape and dtype");
    }
    return new TensorEntry(name, dtype, shape, begin, end);
  }

  private static long whole(JsonNode number, String name, String file) {
    if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
      throw damaged(file, "tensor " + name + " has a size that is no whole number");
    }
    return number.asLong();
  }

  private static long bytes(List<Long> shape, Dtype dtype, String name, String file) {
    try {
      return shape.stream().reduce((long) dtype.bytes(), Math::multiplyExact);
    } catch (ArithmeticException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          sentence(file, "tensor " + name + " is larger than any file"),
          e);
    }
  }

  private static void refuseGapsAndOverlaps(List<TensorEntry> entries, long data, String file) {
    long expected = 0;
    for (TensorEntry entry : entries) {
      if (entry.begin() != expected) {
        String what = entry.begin() < expected ? "overlaps another" : "leaves a gap before it";
        throw damaged(file, "tensor " + entry.name() + " " + what);
      }
      expected = entry.end();
    }
    if (expected != data) {
      throw damaged(
          file, "its header speaks of " + expected + " bytes of data, but it holds " + data);
    }
  }

  static PalimpsestException damaged(String file, String why) {
    return PalimpsestException.input(sentence(file, why));
  }

  private static String sentence(String file, String why) {
    return file + " is no whole safetensors file: " + why + ".";
  }
}
