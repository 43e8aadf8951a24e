"""What waits in the consumers' queues, taken out and put back by hand."""
import pika

QUEUES = ["thenorsound.notification", "thenorsound.analytics", "thenorsound.invoicing"]


class Queues:
    def __init__(self, url):
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def take_all(self, queue):
        """[(properties, body)] of what waits there."""
        found = []
        while True:
            method, properties, body = self.channel.basic_get(queue)
            if method is None:
                return found
            self.channel.basic_ack(method.delivery_tag)
            found.append((properties, body))

    def put(self, queue, message):
        properties, body = message
        self.channel.basic_publish("", queue, body, properties, mandatory=True)

    def waiting(self, queue):
        return self.channel.queue_declare(queue, passive=True).method.message_count
