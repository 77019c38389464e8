package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.bytes.ByteSource;

/**
 * The header of a safetensors file: eight bytes of length (little-endian), then JSON. The file may
 * come from anywhere, so it is checked before anything is believed, and read token by token: its
 * tree would take ten times its size.
 *
 * @param bytes where the data begin
 * @param entries the tensors in the order of their bytes
 */
record SafetensorsHeader(long bytes, List<TensorEntry> entries) {
  static final int LENGTH_BYTES = 8;

  /** The format's own limit. */
  private static final long LONGEST = 100_000_000;

  /** More than the largest layout has. */
  static final int MOST_TENSORS = 1 << 18;

  private static final int MOST_DIMENSIONS = 32;

  /** Without tables of names, which would keep those of every file. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

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
    List<TensorEntry> entries = entries(source, length, file);
    entries.sort(Comparator.comparingLong(TensorEntry::begin).thenComparing(TensorEntry::end));
    refuseGapsAndOverlaps(entries, size - LENGTH_BYTES - length, file);
    return new SafetensorsHeader(LENGTH_BYTES + length, List.copyOf(entries));
  }

  private static List<TensorEntry> entries(ByteSource source, long length, String file)
      throws IOException {
    try (JsonParser json = JSON.createParser(text(source, length))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw damaged(file, "its header is not a JSON object");
      }
      List<TensorEntry> entries = new ArrayList<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("__metadata__")) {
          json.skipChildren();
        } else {
          entries.add(new Tensor(json, name, file).read());
        }
        if (entries.size() > MOST_TENSORS) {
          throw damaged(file, "its header names more than " + MOST_TENSORS + " tensors");
        }
      }
      if (json.nextToken() != null) {
        throw damaged(file, "its header is not JSON");
      }
      return entries;
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT, sentence(file, "its header is not JSON"), e);
    }
  }

  private static Reader text(ByteSource source, long length) {
    return new InputStreamReader(source.stream(LENGTH_BYTES, length), StandardCharsets.UTF_8);
  }

  /** Reads the entry of one tensor. */
  private static final class Tensor {
    private final JsonParser json;
    private final String name;
    private final String file;
    private String dtype = "";
    private Optional<List<Long>> shape = Optional.empty();
    private Optional<List<Long>> offsets = Optional.empty();

    Tensor(JsonParser json, String name, String file) {
      this.json = json;
      this.name = name;
      this.file = file;
    }

    TensorEntry read() throws IOException {
      if (json.currentToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String key = json.currentName();
          json.nextToken();
          take(key);
        }
      } else {
        json.skipChildren();
      }
      return entry();
    }

    private void take(String key) throws IOException {
      boolean isArray = json.currentToken() == JsonToken.START_ARRAY;
      if (key.equals("dtype") && json.currentToken() == JsonToken.VALUE_STRING) {
        dtype = json.getText();
      } else if (key.equals("shape") && isArray) {
        shape = Optional.of(numbers());
      } else if (key.equals("data_offsets") && isArray) {
        offsets = Optional.of(numbers());
      } else {
        json.skipChildren();
      }
    }

    private List<Long> numbers() throws IOException {
      List<Long> numbers = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (numbers.size() == MOST_DIMENSIONS) {
          throw refused("has more than " + MOST_DIMENSIONS + " dimensions");
        }
        boolean isWhole =
            json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!isWhole || json.getLongValue() < 0) {
          throw refused("has a size that is no whole number");
        }
        numbers.add(json.getLongValue());
      }
      return numbers;
    }

    private TensorEntry entry() {
      Dtype known =
          Dtype.named(dtype)
              .orElseThrow(() -> refused("has the unknown dtype '" + Reason.quoted(dtype) + "'"));
      if (shape.isEmpty() || offsets.isEmpty() || offsets.get().size() != 2) {
        throw refused("lacks shape or data_offsets");
      }
      long begin = offsets.get().get(0);
      long end = offsets.get().get(1);
      if (bytes(shape.get(), known) != end - begin) {
        throw damaged(
            file, "the bytes of tensor " + quotedName() + " do not fit its shape and dtype");
      }
      return new TensorEntry(name, known, shape.get(), begin, end);
    }

    private long bytes(List<Long> dimensions, Dtype known) {
      try {
        return dimensions.stream().reduce((long) known.bytes(), Math::multiplyExact);
      } catch (ArithmeticException e) {
        throw new PalimpsestException(
            PalimpsestException.Kind.INPUT,
            sentence(file, "tensor " + quotedName() + " is larger than any file"),
            e);
      }
    }

    private PalimpsestException refused(String why) {
      return damaged(file, "tensor " + quotedName() + " " + why);
    }

    private String quotedName() {
      return Reason.quoted(name);
    }
  }

  private static void refuseGapsAndOverlaps(List<TensorEntry> entries, long data, String file) {
    long expected = 0;
    for (TensorEntry entry : entries) {
      if (entry.begin() != expected) {
        String what = entry.begin() < expected ? "overlaps another" : "leaves a gap before it";
        throw damaged(file, "tensor " + Reason.quoted(entry.name()) + " " + what);
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
