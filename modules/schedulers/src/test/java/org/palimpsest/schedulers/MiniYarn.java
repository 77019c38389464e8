package org.palimpsest.schedulers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/** A YARN of one process, with one node, and the configuration that its clients read. */
final class MiniYarn implements AutoCloseable {
  private static final int LAST = 30;

  private final Path folder;
  private final MiniYARNCluster cluster;
  private final YarnClient client;
  private final Path conf;

  MiniYarn(Path folder) throws IOException {
    this.folder = folder;
    YarnConfiguration settings = new YarnConfiguration();
    // Only what is asked for is counted: the containers of the tests use far less.
    settings.setInt(YarnConfiguration.YARN_MINICLUSTER_NM_PMEM_MB, 100_000);
    settings.setInt(YarnConfiguration.NM_VCORES, 32);
    settings.setInt(YarnConfiguration.RM_SCHEDULER_MAXIMUM_ALLOCATION_MB, 50_000);
    settings.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
    settings.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    settings.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, false);
    // The shaded jar has no capacity-scheduler.xml.
    settings.set("yarn.scheduler.capacity.root.queues", "default");
    settings.set("yarn.scheduler.capacity.root.default.capacity", "100");
    settings.set("yarn.scheduler.capacity.maximum-am-resource-percent", "0.9");
    // A disk that is nearly full is not of interest here.
    settings.set(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, "99.9");
    settings.set("hadoop.tmp.dir", folder.resolve("hadoop").toString());
    System.setProperty("test.build.data", folder.resolve("yarn").toString());
    cluster = new MiniYARNCluster("palimpsest", 1, 1, 1);
    cluster.init(settings);
    cluster.start();
    Configuration running = cluster.getConfig();
    running.set(YarnConfiguration.YARN_APPLICATION_CLASSPATH, "");
    conf = Files.createDirectories(folder.resolve("conf"));
    try (OutputStream out = Files.newOutputStream(conf.resolve("yarn-site.xml"))) {
      running.writeXml(out);
    }
    client = YarnClient.createYarnClient();
    client.init(running);
    client.start();
  }

  /** What {@code HADOOP_CONF_DIR} names. */
  Path conf() {
    return conf;
  }

  /** The application that was started last, as the ResourceManager reports it. */
  ApplicationReport newest() {
    try {
      List<ApplicationReport> all = client.getApplications();
      return all.stream()
          .max(Comparator.comparing(ApplicationReport::getApplicationId))
          .orElseThrow();
    } catch (YarnException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What containers wrote last, for messages. */
  String logs() {
    try (Stream<Path> files = Files.walk(folder.resolve("yarn"))) {
      return files
          .filter(file -> file.getFileName().toString().equals("stderr"))
          .map(MiniYarn::end)
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String end(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return file
          + ":\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - LAST), lines.size()));
    } catch (IOException e) {
      return file + " is gone.";
    }
  }

  @Override
  public void close() {
    client.stop();
    cluster.stop();
  }
}
