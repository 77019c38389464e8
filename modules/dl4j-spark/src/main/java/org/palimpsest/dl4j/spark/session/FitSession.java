package org.palimpsest.dl4j.spark.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.dl4j.spark.data.BatchOrder;
import org.palimpsest.dl4j.spark.data.DataExport;
import org.palimpsest.dl4j.spark.data.ExportedBatches;
import org.palimpsest.dl4j.spark.data.FitData;
import org.palimpsest.dl4j.spark.data.FitSource;
import org.palimpsest.dl4j.spark.listener.WorkerHooks;
import org.palimpsest.dl4j.spark.network.DriverNetwork;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;

/**
 * The training of one network through any number of calls of {@code fit}: one run, whose steps go
 * on from call to call, with the optimizers' memory and all. Its folder holds what the network was
 * at the beginning, a manifest and the data of every fit, and the run.
 *
 * <p>A program that was stopped repeats its calls: what was done returns at once with what came
 * out, and the fit that was cut off goes on where it stood.
 */
public final class FitSession {
  private static final String WHAT = "course of a training";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredFolder folder;
  private final MasterSettings settings;
  private final InitialNetwork beginning;
  private final int piecesPerStep;
  private final String fingerprint;
  private final SerializableConfiguration fs;
  private int fit;
  private long step;
  private int lastRdd = -1;
  private ExportedBatches lastPieces;
  private long leftParameters;

  private FitSession(
      StoredFolder folder,
      MasterSettings settings,
      InitialNetwork beginning,
      int piecesPerStep,
      String fingerprint) {
    this.folder = folder;
    this.settings = settings;
    this.beginning = beginning;
    this.piecesPerStep = piecesPerStep;
    this.fingerprint = fingerprint;
    fs = new SerializableConfiguration(folder.fileSystem().getConf());
  }

  /**
   * Opens the course that lies in a folder, or begins one there.
   *
   * @throws PalimpsestException if it is that of another network or with other batches
   */
  public static FitSession open(
      StoredFolder folder, MasterSettings settings, DriverNetwork network, int workers) {
    String fingerprint =
        network.layout() + settings.batchSizePerWorker() + " " + settings.order() + " ";
    if (!folder.hasManifest()) {
      ObjectNode manifest = JSON.createObjectNode();
      manifest.set("beginning", JSON.valueToTree(InitialNetwork.write(folder, network)));
      manifest.put("piecesPerStep", workers);
      manifest.put("fingerprint", fingerprint);
      folder.publish(manifest);
    }
    ObjectNode manifest = folder.manifest(WHAT);
    if (!manifest.path("fingerprint").asText().equals(fingerprint)) {
      throw PalimpsestException.configuration(
          folder.path()
              + " holds the training of another network, or one with another batchSizePerWorker or"
              + " repartition: give those back, or name another directory.");
    }
    return new FitSession(
        folder,
        settings,
        read(manifest.path("beginning"), InitialNetwork.class),
        manifest.path("piecesPerStep").asInt(),
        fingerprint);
  }

  private static <T> T read(JsonNode node, Class<T> type) {
    try {
      return JSON.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      throw PalimpsestException.input("A manifest of the training is damaged: it is no " + type);
    }
  }

  /** Iterations that the network had behind it when its course began. */
  public int firstIteration() {
    return beginning.counts().iteration();
  }

  /** Whether the network is as the last fit left it. */
  public boolean continuesWith(DriverNetwork network) {
    return fit == 0 || network.checksum() == leftParameters;
  }

  /**
   * Trains a network on what a program has given to {@code fit}, or finds that this was done.
   *
   * @param workers replicas
   */
  public void fit(
      DriverNetwork network,
      FitSource source,
      int workers,
      WorkerHooks witnesses,
      RunListener listener) {
    FitData data = data(source);
    Recipe recipe = settings.recipe(folder.resolve("run").toString(), data.lastStep(), workers);
    NetworkWorkload workload =
        new NetworkWorkload(
            network.blueprint(),
            beginning,
            data,
            BatchOrder.of(data.pieces().count(), settings.seed(), fit, settings.order()),
            source.decoder(),
            witnesses,
            fs,
            fingerprint);
    SparkSession session = SparkSession.builder().getOrCreate();
    RunResult result = Run.of(recipe, session, workload, Map.of(), listener).train();
    take(network, checkpoints(recipe).newest().orElseThrow());
    if (result.step() < data.lastStep()) {
      throw new PalimpsestException(
          Kind.TIME_LIMIT,
          "The training stopped at its time limit, at step "
              + result.step()
              + " of "
              + data.lastStep()
              + ": run the program again, it goes on from "
              + result.checkpoint()
              + ".");
    }
    fit++;
    step = data.lastStep();
    leftParameters = network.checksum();
  }

  private Checkpoints checkpoints(Recipe recipe) {
    return new Checkpoints(recipe.checkpointPath(), fs.value());
  }

  /** Gives the program's network what the run has come to. */
  private void take(DriverNetwork network, Checkpoint checkpoint) {
    checkpoint.readParameters(network.parameters());
    checkpoint.readOptimizerMean(network.updaterVector());
    int iteration = Math.toIntExact(beginning.counts().iteration() + checkpoint.step());
    network.stand(iteration, network.model().score());
  }

  /** The data of the next fit: those that a fit cut off was given, or what is exported now. */
  private FitData data(FitSource source) {
    StoredFolder place = folder.child(String.format("fit-%05d", fit));
    Optional<FitData> before = place.hasManifest() ? Optional.of(read(place)) : Optional.empty();
    if (before.isPresent() && (isDone(before.get()) || isReadable(before.get()))) {
      return before.get();
    }
    FitData data = new FitData(fit, step, piecesPerStep, pieces(source));
    ObjectNode manifest = JSON.createObjectNode();
    manifest.set("data", JSON.valueToTree(data));
    place.publish(manifest);
    deleteOthers(data.pieces().folder());
    return data;
  }

  private static FitData read(StoredFolder place) {
    return read(place.manifest("fit of a training").path("data"), FitData.class);
  }

  private boolean isDone(FitData data) {
    return checkpoints(settings.recipe(folder.resolve("run").toString(), data.lastStep(), 1))
            .newest()
            .map(Checkpoint::step)
            .orElse(0L)
        >= data.lastStep();
  }

  private boolean isReadable(FitData data) {
    StoredFolder place = new StoredFolder(new Path(data.pieces().folder()), fs.value());
    return data.pieces().parts().stream().allMatch(part -> place.exists(part.name()));
  }

  /** The same RDD, fitted again, was exported before. */
  private ExportedBatches pieces(FitSource source) {
    if (source.rdd().id() != lastRdd) {
      String place = folder.resolve(String.format("data-%05d", fit)).toString();
      DataExport.Kind kind =
          settings.order() == BatchOrder.Kind.PERMUTED
              ? DataExport.Kind.SHUFFLED
              : DataExport.Kind.AS_IS;
      lastPieces =
          source.export(
              new DataExport(place, settings.batchSizePerWorker(), settings.seed(), kind, fs));
      lastRdd = source.rdd().id();
    }
    return lastPieces;
  }

  private void deleteOthers(String current) {
    for (String name : dataFolders()) {
      if (!folder.resolve(name).equals(new Path(current))) {
        folder.child(name).delete();
      }
    }
  }

  /** Deletes all exported data; what was trained stays. */
  public void deleteData() {
    dataFolders().forEach(name -> folder.child(name).delete());
    lastRdd = -1;
  }

  private List<String> dataFolders() {
    List<String> names = new ArrayList<>();
    try {
      for (FileStatus status : folder.fileSystem().listStatus(folder.path())) {
        if (status.isDirectory() && status.getPath().getName().startsWith("data-")) {
          names.add(status.getPath().getName());
        }
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          Kind.INPUT, folder.path() + " cannot be listed: " + Reason.of(e) + ".", e);
    }
    return names;
  }
}
