FROM node:22-slim AS vendor
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/base.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY . .
COPY --from=vendor /app/node_modules node_modules
# Collecting files needs settings, not secrets: these values exist only while this one command runs.
# Production refuses a key that can be read here, so one is made.
RUN /venv/bin/python -m config.messages \
    && DJANGO_SETTINGS_MODULE=config.settings.production SECRET_KEY=$(/venv/bin/python -c "import secrets; print(secrets.token_urlsafe(50))") \
       ALLOWED_HOSTS=samenspel.example.org SITE_URL=https://samenspel.example.org \
       DATABASE_URL=postgres://localhost/none CELERY_BROKER_URL=redis://localhost CACHE_URL=dummycache:// \
       EMAIL_URL=dummymail:// /venv/bin/python manage.py collectstatic --noinput \
    && mv node_modules/@expo-google-fonts /fonts && rm -rf node_modules \
    && mkdir node_modules && mv /fonts node_modules/@expo-google-fonts

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin samenspel
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER samenspel
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production SAMENSPEL_VAR=/tmp/samenspel HOST=0.0.0.0 WEB_CONCURRENCY=2
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--config", "config/gunicorn.py"]
