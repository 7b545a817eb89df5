"""A real mail server for make check-slow (Debian's python3-aiosmtpd):
    smtpd.py PORT smtp|smtps
wants STARTTLS, or speaks TLS from the first byte; then the name and password
"comptes" "geheim".  Prints its address, writes each message, with what it
knows of the session, to NUMBER.eml."""
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Handler:
    count = 0

    async def handle_DATA(self, server, session, envelope):
        Handler.count += 1
        with open(f'{Handler.count}.eml', 'wb') as f:
            f.write(envelope.content)
        with open(f'{Handler.count}.env', 'w') as f:
            print(envelope.mail_from, *envelope.rcpt_tos, file=f)
            print('tls' if implicit or session.ssl else 'plain',
                  'known' if session.authenticated else 'unknown', file=f)
        return '250 OK'


def login(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b'comptes', b'geheim')
    return AuthResult(success=good, handled=good)


implicit = sys.argv[2] == 'smtps'
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('cert.pem', 'key.pem')
c = Controller(Handler(), hostname='127.0.0.1', port=int(sys.argv[1]),
               ssl_context=context if implicit else None,
               tls_context=None if implicit else context,
               require_starttls=not implicit, auth_require_tls=not implicit,
               authenticator=login, auth_required=True)
c.start()
print(f'{sys.argv[2]}://127.0.0.1:{sys.argv[1]}', flush=True)
time.sleep(120)
