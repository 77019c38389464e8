package org.palimpsest.training.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.DamageException;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/** Writes and reads the manifest and the state of a checkpoint. */
final class CheckpointManifest {
  private static final String WHAT = "checkpoint";
  private static final List<Integer> VERSIONS =
      List.of(Checkpoint.FORMAT, Checkpoint.FORMAT_WITHIN_ROUND);
  private static final ObjectMapper JSON = new ObjectMapper();

  private CheckpointManifest() {}

  /**
   * Completes a checkpoint: writes its state, then the manifest with all files, and reads both
   * back. The other files have been read back by their writers; here their sizes are compared.
   */
  static Checkpoint publish(
      StoredFolder folder, TrainingState state, List<StoredFile> written, long fence) {
    Map<String, StoredFile> files = new LinkedHashMap<>();
    written.forEach(file -> files.put(file.name(), file));
    StoredFile stored =
        folder.writeVerified(Checkpoint.STATE, out -> out.write(JSON.writeValueAsBytes(state)));
    files.put(Checkpoint.STATE, stored);
    Checkpoint checkpoint = new Checkpoint(folder, state, files, fence);
    try {
      checkpoint.verifySizes();
      folder.publish(manifest(checkpoint));
      requireSame(checkpoint, open(folder));
    } catch (PalimpsestException e) {
      throw DamageException.isProvenBy(e) ? notStored(e) : e;
    }
    return checkpoint;
  }

  private static void requireSame(Checkpoint written, Checkpoint read) {
    if (!read.files().equals(written.files()) || read.fence() != written.fence()) {
      throw DamageException.report(
          "The manifest of " + written.path() + " is not the one that was written.");
    }
  }

  /** The failure of a write: another attempt may help. */
  private static PalimpsestException notStored(PalimpsestException damage) {
    return new PalimpsestException(
        PalimpsestException.Kind.CLUSTER, damage.getMessage(), new IOException(damage));
  }

  private static ObjectNode manifest(Checkpoint checkpoint) {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("format", "palimpsest-checkpoint");
    manifest.put(
        "version",
        checkpoint.state().isWithinRound() ? Checkpoint.FORMAT_WITHIN_ROUND : Checkpoint.FORMAT);
    manifest.put("step", checkpoint.step());
    manifest.put("fence", checkpoint.fence());
    ArrayNode list = manifest.putArray("files");
    checkpoint.files().values().forEach(list::addPOJO);
    return manifest;
  }

  /**
   * Reads a checkpoint.
   *
   * @throws PalimpsestException of kind INPUT if the folder is not a checkpoint, is damaged, cannot
   *     be read, or has another version
   */
  static Checkpoint open(StoredFolder folder) {
    ObjectNode manifest = folder.manifest(WHAT, "version", VERSIONS);
    try {
      Map<String, StoredFile> files = new LinkedHashMap<>();
      for (var node : manifest.path("files")) {
        StoredFile file = JSON.treeToValue(node, StoredFile.class);
        if (file == null) {
          throw new IOException("its manifest has a file that is null");
        }
        files.put(file.name(), file);
      }
      TrainingState state = JSON.readValue(state(folder, files), TrainingState.class);
      if (state == null) {
        throw new IOException("its " + Checkpoint.STATE + " is null");
      }
      refuseOtherLayout(folder, state);
      return new Checkpoint(folder, state, files, manifest.path("fence").asLong());
    } catch (IOException e) {
      throw foreign(folder, e);
    }
  }

  private static byte[] state(StoredFolder folder, Map<String, StoredFile> files)
      throws IOException {
    StoredFile file = files.get(Checkpoint.STATE);
    if (file == null) {
      throw new IOException("its manifest does not name " + Checkpoint.STATE);
    }
    folder.verify(file); // Tells a missing file from one that cannot be read.
    return folder.readAll(Checkpoint.STATE);
  }

  private static void refuseOtherLayout(StoredFolder folder, TrainingState state) {
    if (state.layoutVersion() != ParameterLayout.VERSION) {
      throw PalimpsestException.input(
          "The checkpoint "
              + folder.path()
              + " has parameter layout "
              + state.layoutVersion()
              + ", but this version of Palimpsest reads "
              + ParameterLayout.VERSION
              + ": use the version that wrote it.");
    }
  }

  /** The checksums match, so these are the bytes that were written, but by another version. */
  private static PalimpsestException foreign(StoredFolder folder, IOException e) {
    String why =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return PalimpsestException.input(
        "The checkpoint "
            + folder.path()
            + " is not one that this version of Palimpsest reads ("
            + why.lines().findFirst().orElse("")
            + "): use the version that wrote it.");
  }
}
