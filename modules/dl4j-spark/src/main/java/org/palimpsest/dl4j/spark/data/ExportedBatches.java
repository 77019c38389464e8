package org.palimpsest.dl4j.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.List;
import org.palimpsest.base.PalimpsestException;

/**
 * Exported data: numbered pieces, each what a replica computes at once, in files on a file system
 * that all executors see.
 *
 * @param folder where the files lie
 * @param parts the files, in the order of the numbers
 */
public record ExportedBatches(String folder, List<Part> parts) implements Serializable {
  private static final ObjectMapper JSON = new ObjectMapper();

  public ExportedBatches {
    parts = List.copyOf(parts);
  }

  /**
   * A file of pieces.
   *
   * @param name in the folder
   * @param bytes its size
   * @param count pieces in it
   */
  public record Part(String name, long bytes, long count) implements Serializable {

    /** As text, in which it travels from task to driver whatever serializer Spark is given. */
    String toJson() {
      try {
        return JSON.writeValueAsString(this);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }

    static Part fromJson(String text) {
      try {
        return JSON.readValue(text, Part.class);
      } catch (JsonProcessingException e) {
        throw PalimpsestException.input("'" + text + "' describes no file of pieces.");
      }
    }
  }

  public long count() {
    return parts.stream().mapToLong(Part::count).sum();
  }
}
