import { walkRoutes } from './walk.ts';

walkRoutes('oci');
