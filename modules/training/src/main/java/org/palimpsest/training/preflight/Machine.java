package org.palimpsest.training.preflight;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.List;

/**
 * What a probe has found where an executor runs.
 *
 * @param host the machine's name
 * @param executor Spark's id of the executor
 * @param memoryBytes memory of the machine, or of the container; 0 where it is not known
 * @param localDirectories where Spark keeps its own files
 * @param nativeCache where native libraries are unpacked
 * @param openMpWait what OMP_WAIT_POLICY is in the executor's environment
 * @param cards GPUs that Spark gave to the probe's task
 * @param folderTrouble why driver and executor do not share the run's folder; empty if they do
 * @param trouble why native libraries or the device cannot be used; empty if they can
 */
@DefaultSerializer(JavaSerializer.class) // For programs that name no registrator of ours.
public record Machine(
    String host,
    String executor,
    long memoryBytes,
    List<Directory> localDirectories,
    Directory nativeCache,
    String openMpWait,
    List<String> cards,
    String folderTrouble,
    String trouble)
    implements Serializable {

  /**
   * A folder of the machine.
   *
   * @param path its path
   * @param usableBytes free for this process
   * @param writable whether a file could be made in it
   */
  public record Directory(String path, long usableBytes, boolean writable)
      implements Serializable {}
}
