package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;

/**
 * The safetensors files of a model folder: one, or several that an index names. Nothing else is
 * read; a pickle could run any code.
 *
 * @param label the file that messages speak of
 * @param names all files, in the order in which they are read
 */
record WeightFiles(String label, List<String> names) {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  /** All are open at once; the largest published models have about 200. */
  private static final int MOST_FILES = 1000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_.-]+\\.safetensors");
  private static final List<String> UNREADABLE =
      List.of(
          "pytorch_model.bin",
          "pytorch_model.bin.index.json",
          "tf_model.h5",
          "flax_model.msgpack",
          "rust_model.ot");

  /**
   * Finds them.
   *
   * @throws PalimpsestException of kind INPUT if there are none, or the index is damaged
   */
  static WeightFiles of(StoredFolder folder) {
    if (folder.exists(SINGLE)) {
      return new WeightFiles(SINGLE, List.of(SINGLE));
    }
    if (folder.exists(INDEX)) {
      return new WeightFiles(INDEX, shards(folder));
    }
    throw UNREADABLE.stream()
        .filter(folder::exists)
        .findFirst()
        .map(name -> foreign(folder, name))
        .orElseGet(
            () ->
                PalimpsestException.input(
                    folder.path() + " is a damaged model folder: it has no " + SINGLE + "."));
  }

  /** The size of all files. */
  long bytes(StoredFolder folder) {
    long sum = 0;
    for (String name : names) {
      try {
        sum += folder.fileSystem().getFileStatus(folder.resolve(name)).getLen();
      } catch (IOException e) {
        throw ForeignFile.unreadable(folder, name, e);
      }
    }
    return sum;
  }

  private static PalimpsestException foreign(StoredFolder folder, String name) {
    return PalimpsestException.input(
        folder.path()
            + " holds its weights as "
            + name
            + " only, a format that can run code or needs its own framework: save the model as"
            + " safetensors (save_pretrained of transformers does) and give that folder.");
  }

  private static List<String> shards(StoredFolder folder) {
    Set<String> names = names(folder);
    for (String name : names) {
      // An index must not name files outside the folder.
      if (!PLAIN_NAME.matcher(name).matches()) {
        throw damaged(folder, "names a file '" + Reason.quoted(name) + "'", null);
      }
      if (!folder.exists(name)) {
        throw damaged(folder, "names " + name + ", which is not there", null);
      }
    }
    if (names.isEmpty()) {
      throw damaged(folder, "names no file", null);
    }
    return List.copyOf(names);
  }

  /** The files of the index, which may have a line for each of many thousand tensors. */
  private static Set<String> names(StoredFolder folder) {
    Set<String> names = new TreeSet<>();
    try (InputStream in = folder.open(INDEX);
        JsonParser json = JSON.createParser(in)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw damaged(folder, "is not a JSON object", null);
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isMap = json.currentName().equals("weight_map");
        if (json.nextToken() == JsonToken.START_OBJECT && isMap) {
          addValues(folder, json, names);
        } else {
          json.skipChildren();
        }
      }
      return names;
    } catch (JsonProcessingException e) {
      throw damaged(folder, "is not JSON", e);
    } catch (IOException e) {
      throw ForeignFile.unreadable(folder, INDEX, e);
    }
  }

  private static void addValues(StoredFolder folder, JsonParser json, Set<String> names)
      throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw damaged(folder, "has a tensor without a file", null);
      }
      names.add(json.getText());
      if (names.size() > MOST_FILES) {
        throw damaged(folder, "names more than " + MOST_FILES + " files", null);
      }
    }
  }

  private static PalimpsestException damaged(StoredFolder folder, String why, IOException cause) {
    return ForeignFile.damaged(folder, INDEX, why, cause);
  }
}
