package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;
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

  private static PalimpsestException foreign(StoredFolder folder, String name) {
    return PalimpsestException.input(
        folder.path()
            + " holds its weights as "
            + name
            + " only, a format that can run code or needs its own framework: save the model as"
            + " safetensors (save_pretrained of transformers does) and give that folder.");
  }

  private static List<String> shards(StoredFolder folder) {
    JsonNode map = folder.readJson(INDEX).path("weight_map");
    TreeSet<String> names = new TreeSet<>();
    map.properties().forEach(entry -> names.add(entry.getValue().asText()));
    for (String name : names) {
      // An index must not name files outside the folder.
      if (!PLAIN_NAME.matcher(name).matches()) {
        throw damaged(folder, "names a file '" + name + "'");
      }
      if (!folder.exists(name)) {
        throw damaged(folder, "names " + name + ", which is not there");
      }
    }
    if (names.isEmpty()) {
      throw damaged(folder, "names no file");
    }
    return new ArrayList<>(names);
  }

  private static PalimpsestException damaged(StoredFolder folder, String why) {
    return PalimpsestException.input(
        folder.path() + " is a damaged model folder: its " + INDEX + " " + why + ".");
  }
}
