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
 * The file that says in which of several files each tensor of a model lies.
 *
 * @param name of the index
 */
record ShardIndex(StoredFolder folder, String name) {
  /** What an index is called beside the single file that it stands for. */
  private static final String SUFFIX = ".index.json";

  /** All are open at once; the largest published models have about 200. */
  private static final int MOST_FILES = 1000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_.-]+");

  /**
   * The files, in the order in which they are read.
   *
   * @throws PalimpsestException of kind INPUT if the index is damaged
   */
  List<String> files() {
    Set<String> names = names();
    for (String file : names) {
      // An index must not name files outside the folder, nor of the other format.
      if (!PLAIN_NAME.matcher(file).matches() || !file.endsWith(suffix())) {
        throw damaged("names a file '" + Reason.quoted(file) + "'", null);
      }
      if (!folder.exists(file)) {
        throw damaged("names " + file + ", which is not there", null);
      }
    }
    if (names.isEmpty()) {
      throw damaged("names no file", null);
    }
    return List.copyOf(names);
  }

  /** {@code model.safetensors.index.json} names files that end with {@code .safetensors}. */
  private String suffix() {
    String single = name.substring(0, name.length() - SUFFIX.length());
    return single.substring(single.lastIndexOf('.'));
  }

  /** The files of the index, which may have a line for each of many thousand tensors. */
  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    try (InputStream in = folder.open(name);
        JsonParser json = JSON.createParser(in)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw damaged("is not a JSON object", null);
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isMap = json.currentName().equals("weight_map");
        if (json.nextToken() == JsonToken.START_OBJECT && isMap) {
          addValues(json, names);
        } else {
          json.skipChildren();
        }
      }
      return names;
    } catch (JsonProcessingException e) {
      throw damaged("is not JSON", e);
    } catch (IOException e) {
      throw ForeignFile.unreadable(folder, name, e);
    }
  }

  private void addValues(JsonParser json, Set<String> names) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw damaged("has a tensor without a file", null);
      }
      names.add(json.getText());
      if (names.size() > MOST_FILES) {
        throw damaged("names more than " + MOST_FILES + " files", null);
      }
    }
  }

  private PalimpsestException damaged(String why, IOException cause) {
    return ForeignFile.damaged(folder, name, why, cause);
  }
}
