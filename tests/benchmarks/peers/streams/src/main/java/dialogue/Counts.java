package dialogue;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The roll-up by Kafka Streams, exactly once: one persistent store of all counters, with a record cache.
 *
 * <p>Ends after a given number of records, prints its figures and writes the counts as JSON.
 */
public final class Counts {
    private static final String COUNTED = "dialogue.initiative.submitted.v1";
    private static final String NO_ORGANIZATION = "-";
    private static final String STORE = "counts";
    private static final JsonFactory JSON = new JsonFactory();

    private Counts() {}

    /** Arguments: brokers, topic, number of records, file for the counts, folder for the state, threads. */
    public static void main(String[] arguments) throws Exception {
        String brokers = arguments[0];
        String topic = arguments[1];
        Progress progress = new Progress(Long.parseLong(arguments[2]));
        Path state = Path.of(arguments[4]);
        int threads = Integer.parseInt(arguments[5]);
        try (KafkaStreams streams = new KafkaStreams(topology(topic, progress), settings(brokers, state, threads))) {
            streams.setUncaughtExceptionHandler(error -> {
                error.printStackTrace();
                Runtime.getRuntime().halt(1);
                return StreamThreadExceptionResponse.SHUTDOWN_APPLICATION;
            });
            streams.start();
            progress.done.await();
            write(new File(arguments[3]), stored(streams));
        }
        System.out.println(progress.told());
    }

    private static Properties settings(String brokers, Path state, int threads) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "streams-" + UUID.randomUUID());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Integer.getInteger("commit", 1000));
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 512L * 1024 * 1024);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5000);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 4 * 1024 * 1024);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
        return settings;
    }

    private static Topology topology(String topic, Progress progress) {
        Topology topology = new Topology();
        topology.addSource("initiatives", topic);
        topology.addProcessor("count", () -> new Counter(progress), "initiatives");
        // One store: a commit then writes to one changelog a partition, which was faster here than one for each family.
        topology.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long())
                        .withCachingEnabled(),
                "count");
        return topology;
    }

    private static Map<String, Long> stored(KafkaStreams streams) {
        ReadOnlyKeyValueStore<String, Long> store =
                streams.store(StoreQueryParameters.fromNameAndType(STORE, QueryableStoreTypes.keyValueStore()));
        Map<String, Long> counts = new HashMap<>();
        try (var entries = store.all()) {
            entries.forEachRemaining(entry -> counts.put(entry.key, entry.value));
        }
        return counts;
    }

    private static void write(File file, Map<String, Long> counts) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(file, JsonEncoding.UTF8)) {
            json.writeStartObject();
            for (Map.Entry<String, Long> entry : counts.entrySet()) {
                json.writeNumberField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
        }
    }

    /** Adds one to each counter of an initiative. */
    private static final class Counter implements Processor<byte[], byte[], Void, Void> {
        private final Progress progress;
        private KeyValueStore<String, Long> counts;

        Counter(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            counts = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            progress.first();
            Initiative initiative = Initiative.read(record.value());
            if (initiative != null) {
                String whose = initiative.campaign + "/" + initiative.municipality;
                add(whose + "/organization/" + initiative.organization);
                add(whose + "/hour/" + initiative.submittedAt.substring(0, 13));
                add(whose + "/direction/" + initiative.direction);
                for (int i = 0; i < initiative.classifiers.size(); i += 2) {
                    add(whose + "/classifier:" + initiative.classifiers.get(i) + "/" + initiative.classifiers.get(i + 1));
                }
            }
            progress.one();
        }

        private void add(String key) {
            Long n = counts.get(key);
            counts.put(key, n == null ? 1L : n + 1L);
        }
    }

    /** What is counted of an event; read token by token, the rest is skipped. */
    private static final class Initiative {
        String campaign;
        String municipality;
        String organization = NO_ORGANIZATION;
        String direction;
        String submittedAt;
        final List<String> classifiers = new ArrayList<>(4);

        /** Null for an event of another type. */
        static Initiative read(byte[] envelope) {
            try (JsonParser json = JSON.createParser(envelope)) {
                json.nextToken();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String field = json.currentName();
                    json.nextToken();
                    if (field.equals("type") && !json.getText().equals(COUNTED)) {
                        return null;
                    }
                    if (field.equals("data")) {
                        return new Initiative().fill(json);
                    }
                    json.skipChildren();
                }
                return null;
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }

        private Initiative fill(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken token = json.nextToken();
                switch (field) {
                    case "campaign" -> campaign = json.getText();
                    case "municipality" -> municipality = json.getText();
                    case "organization" -> organization =
                            token == JsonToken.VALUE_NULL ? NO_ORGANIZATION : json.getText();
                    case "direction" -> direction = json.getText();
                    case "submitted_at" -> submittedAt = json.getText();
                    case "classifiers" -> {
                        while (json.nextToken() == JsonToken.FIELD_NAME) {
                            classifiers.add(json.currentName());
                            classifiers.add(json.nextTextValue());
                        }
                    }
                    default -> json.skipChildren();
                }
            }
            return this;
        }
    }

    /** When the first, the middle and the last record were handled. */
    private static final class Progress {
        final CountDownLatch done = new CountDownLatch(1);
        private final long expected;
        private final AtomicLong processed = new AtomicLong();
        private volatile Moment began;
        private volatile Moment half;
        private volatile Moment ended;

        Progress(long expected) {
            this.expected = expected;
        }

        void first() {
            if (began == null) {
                synchronized (this) {
                    if (began == null) {
                        began = Moment.now();
                    }
                }
            }
        }

        void one() {
            long n = processed.incrementAndGet();
            if (n == expected / 2) {
                half = Moment.now();
            }
            if (n == expected) {
                ended = Moment.now();
                done.countDown();
            }
        }

        String told() {
            double seconds = (ended.nanos - began.nanos) / 1e9;
            double warmSeconds = (ended.nanos - half.nanos) / 1e9;
            double warmCpu = (ended.cpuNanos - half.cpuNanos) / 1e9;
            long warm = expected - expected / 2;
            return String.format(
                    Locale.ROOT,
                    "processed=%d seconds=%.3f events_per_second=%.0f cpu_seconds=%.3f "
                            + "warm_events_per_second=%.0f warm_cpu_seconds=%.3f",
                    expected,
                    seconds,
                    expected / seconds,
                    (ended.cpuNanos - began.cpuNanos) / 1e9,
                    warm / warmSeconds,
                    warmCpu);
        }
    }

    /** A moment on the wall and in the process's CPU time. */
    private record Moment(long nanos, long cpuNanos) {
        static Moment now() {
            var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new Moment(System.nanoTime(), system.getProcessCpuTime());
        }
    }
}
