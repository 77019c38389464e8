package org.palimpsest.filesystems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.server.namenode.NameNodeAdapter;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.storage.StorageContract;

/** Tests with a name node and two data nodes in this JVM. */
@Tag("cluster")
class HdfsIT {
  @TempDir static Path folder;

  private static MiniDFSCluster cluster;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    hadoop.set("dfs.blocksize", "1048576");
    cluster = new MiniDFSCluster.Builder(hadoop).numDataNodes(2).build();
    cluster.waitActive();
    spark = CorpusOn.session(Map.of("ipc.client.connect.max.retries", "0"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
    cluster.shutdown();
  }

  @Test
  void corpusEqualsTheOneOnTheLocalDisk() throws IOException {
    CorpusOn local = new CorpusOn(spark, "file:" + folder.resolve("local"));
    CorpusOn hdfs = new CorpusOn(spark, cluster.getURI() + "/data");
    assertThat(hdfs.roundTrip()).isEqualTo(local.roundTrip());
  }

  @Test
  void storageHolds() {
    new StorageContract(
            new org.apache.hadoop.fs.Path(cluster.getURI() + "/storage"),
            spark.sparkContext().hadoopConfiguration())
        .check();
  }

  @Test
  void storageHoldsThroughAMountTable() {
    Configuration hadoop = new Configuration(spark.sparkContext().hadoopConfiguration());
    hadoop.set("fs.viewfs.mounttable.tests.link./mounted", cluster.getURI() + "/mounted");
    new StorageContract(new org.apache.hadoop.fs.Path("viewfs://tests/mounted/storage"), hadoop)
        .check();
  }

  @Test
  void namesAFolderThatCannotBeWritten() throws IOException {
    CorpusOn hdfs = new CorpusOn(spark, cluster.getURI() + "/safe");
    hdfs.writeText("text/one.txt", 50, 1);
    NameNodeAdapter.enterSafeMode(cluster.getNameNode(), false);
    try {
      assertThatThrownBy(() -> Preparation.run(spark, hdfs.settings("text", "corpus")))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageEndingWith(
              "/safe/corpus cannot be created: check corpus.path and its permissions.");
    } finally {
      NameNodeAdapter.leaveSafeMode(cluster.getNameNode());
    }
  }

  @Test
  void reportsAnUnreachableNameNodeInOneSentence() {
    assertThatThrownBy(
            () ->
                Corpus.open(
                    new org.apache.hadoop.fs.Path("hdfs://127.0.0.1:1/corpus"),
                    spark.sparkContext().hadoopConfiguration()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("manifest.json cannot be accessed: ")
        .hasMessageContaining("Connection refused")
        .message()
        .doesNotContain("\n");
  }
}
