package org.palimpsest.dl4j.spark.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.List;
import org.palimpsest.base.PalimpsestException;

/**
 * Exported data: numbered batches in files on a file system that all executors share. JSON names
 * are those of stored manifests.
 *
 * @param folder folder of the files
 * @param files the files, in the order of the numbers
 */
public record ExportedBatches(String folder, @JsonProperty("parts") List<Entry> files)
    implements Serializable {
  private static final ObjectMapper JSON = new ObjectMapper();

  public ExportedBatches {
    files = List.copyOf(files);
  }

  /**
   * A file of batches.
   *
   * @param name in the folder
   * @param bytes its size
   * @param count number of batches
   */
  public record Entry(String name, long bytes, long count) implements Serializable {

    /** As text, so that any serializer of Spark can send it from task to driver. */
    String toJson() {
      try {
        return JSON.writeValueAsString(this);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }

    static Entry fromJson(String text) {
      try {
        return JSON.readValue(text, Entry.class);
      } catch (JsonProcessingException e) {
        throw PalimpsestException.input(
            "'" + text + "' does not describe a file of batches: export the data again.");
      }
    }
  }

  /** Number of batches. */
  public long count() {
    return files.stream().mapToLong(Entry::count).sum();
  }
}
