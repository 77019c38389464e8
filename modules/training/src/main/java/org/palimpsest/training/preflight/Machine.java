package org.palimpsest.training.preflight;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a probe found on the machine of an executor.
 *
 * @param host name of the machine
 * @param executor Spark's id of the executor
 * @param memoryBytes memory of the machine, or of the container; 0 if it is unknown
 * @param folders where Spark and the native libraries keep files
 * @param environment environment variables of the executor that matter for speed, if they are set
 * @param troubles what does not work there, and why
 */
@DefaultSerializer(JavaSerializer.class) // For programs that do not name our registrator.
public record Machine(
    String host,
    String executor,
    long memoryBytes,
    Folders folders,
    Map<String, String> environment,
    Map<Ability, String> troubles)
    implements Serializable {

  /** What an executor must be able to do. */
  public enum Ability {
    /** Use the same run folder as the driver. */
    SHARE_RUN_FOLDER,
    /** Load the native libraries and use the device. */
    COMPUTE
  }

  /**
   * Folders of the machine.
   *
   * @param local where Spark keeps its own files
   * @param nativeCache where native libraries are unpacked
   */
  public record Folders(List<Directory> local, Directory nativeCache) implements Serializable {
    public Folders {
      local = List.copyOf(local);
    }
  }

  /**
   * A folder of the machine.
   *
   * @param path its path
   * @param usableBytes bytes that this process can still write there
   * @param writable whether the probe could create a file in it
   */
  public record Directory(String path, long usableBytes, boolean writable)
      implements Serializable {}

  static final String OMP_WAIT_POLICY = "OMP_WAIT_POLICY";

  public Machine {
    environment = Map.copyOf(environment);
    troubles = Map.copyOf(troubles);
  }

  /** Why the executor lacks an ability; empty if it has it. */
  Optional<String> trouble(Ability ability) {
    return Optional.ofNullable(troubles.get(ability));
  }

  /** How OpenMP's threads wait, if the executor's environment says so. */
  Optional<String> openMpWait() {
    return Optional.ofNullable(environment.get(OMP_WAIT_POLICY));
  }
}
