package org.palimpsest.filesystems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.storage.StorageContract;

/** Tests with an S3 server in this JVM that stores objects in memory. */
@Tag("cluster")
class S3IT {
  /** The name in Hadoop 3.3; later versions replace it by that of their SDK. */
  private static final String ENVIRONMENT =
      "com.amazonaws.auth.EnvironmentVariableCredentialsProvider";

  private static final String KEY = "key";
  private static final String SECRET = "secret";

  @TempDir static Path folder;

  private static BlobStoreContext store;
  private static S3Proxy server;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws Exception {
    store =
        ContextBuilder.newBuilder(new TransientApiMetadata())
            .credentials(KEY, SECRET)
            .overrides(new Properties())
            .build(BlobStoreContext.class);
    BlobStore blobs = store.getBlobStore();
    blobs.createContainerInLocation(null, "bucket");
    server =
        S3Proxy.builder()
            .blobStore(blobs)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
            // The client sends checksums with deletions, which this server does not support.
            .ignoreUnknownHeaders(true)
            .build();
    server.start();
    spark =
        CorpusOn.session(
            Map.of(
                "fs.s3a.endpoint", "http://127.0.0.1:" + server.getPort(),
                "fs.s3a.endpoint.region", "us-east-1",
                "fs.s3a.path.style.access", "true",
                "fs.s3a.connection.ssl.enabled", "false",
                "fs.s3a.access.key", KEY,
                "fs.s3a.secret.key", SECRET,
                "fs.s3a.attempts.maximum", "1",
                "fs.s3a.bucket.other.access.key", "wrong",
                "fs.s3a.bucket.other.secret.key", "wrong",
                "fs.s3a.bucket.anonymous.aws.credentials.provider", ENVIRONMENT));
  }

  @AfterAll
  static void stop() throws Exception {
    spark.stop();
    server.stop();
    store.close();
  }

  @Test
  void corpusEqualsTheOneOnTheLocalDisk() throws IOException {
    CorpusOn local = new CorpusOn(spark, "file:" + folder.resolve("local"));
    CorpusOn s3 = new CorpusOn(spark, "s3a://bucket/data");
    assertThat(s3.roundTrip()).isEqualTo(local.roundTrip());
  }

  @Test
  void storageHolds() {
    new StorageContract(
            new org.apache.hadoop.fs.Path("s3a://bucket/storage"),
            spark.sparkContext().hadoopConfiguration())
        .check();
  }

  @Test
  void reportsWrongCredentialsInOneSentence() {
    String refused =
        "S3 rejects the credentials, or does not permit this operation with them: check"
            + " fs.s3a.access.key and fs.s3a.secret.key (or AWS_ACCESS_KEY_ID and"
            + " AWS_SECRET_ACCESS_KEY), fs.s3a.endpoint.region, and the bucket's policy.";
    assertRefused(
        () -> open("s3a://other/corpus"),
        "s3a://other/corpus/manifest.json cannot be accessed: " + refused);
    CorpusSettings settings =
        new CorpusOn(spark, "s3a://bucket")
            .settings(new org.apache.hadoop.fs.Path("s3a://other/text"), "corpus");
    assertRefused(
        () -> Preparation.run(spark, settings),
        "The input s3a://other/text cannot be read: " + refused);
  }

  @Test
  void reportsMissingCredentialsInOneSentence() {
    assertRefused(
        () -> open("s3a://anonymous/corpus"),
        "s3a://anonymous/corpus/manifest.json cannot be accessed: no credentials for S3 are set:"
            + " set fs.s3a.access.key and fs.s3a.secret.key (or AWS_ACCESS_KEY_ID and"
            + " AWS_SECRET_ACCESS_KEY).");
  }

  private static Corpus open(String path) {
    return Corpus.open(
        new org.apache.hadoop.fs.Path(path), spark.sparkContext().hadoopConfiguration());
  }

  private static void assertRefused(ThrowingCallable call, String sentence) {
    assertThatThrownBy(call).isInstanceOf(PalimpsestException.class).hasMessage(sentence);
  }
}
